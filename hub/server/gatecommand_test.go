package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// goat gate -hub ends as the hub judges: 0, 1, or 2 where it cannot be said. It waits
// for what is still to come.
func TestGateCommand(t *testing.T) {
	d := startDecider(t, []int{2, 4})
	until(t, "the source at the hub", func() bool { return strings.HasPrefix(d.verdict("").RulesFrom, "goat.yaml at") })
	dir := t.TempDir()
	for _, c := range []struct {
		args     string
		code     int
		out, err string
	}{
		{"-service shop -timeout 0", 1, "staging_th_apa_shop " + d.commit[:10] + ": failed: 2 rules of 3 not met", ""},
		{"-service shop -timeout 1h -quiet 1ms -every 100ms", 1, "ledger/refund.go:13", ""},
		{"-service shop -timeout 0 -rule pods+3", 1, "pods 3", ""},
		{"-service shop -timeout 0 -format junit", 1, `2 of 3 points covered, which is less than 75%`, ""},
		{"-service shop -timeout 0 -commit feedbeef", 2, "", "has no such release; it has"},
		{"-service shop -timeout 0 -base release-7", 2, "", "was compared with another base than release-7"},
		{"-service shop -timeout 1ms -every 100ms -commit feedbeef", 2, "", "and the 1ms are over"},
		{"-service till -timeout 0", 2, "", "it knows no service till; it knows staging_th_apa_shop"},
		{"-service shop -timeout 0 -rule 80+of+all", 2, "", "a rule cannot be about"},
		{"-timeout 0", 2, "", "-hub needs the service"},
		{"-service shop -timeout 0 127.0.0.1:1", 2, "", "leave places and -tests out"},
	} {
		args := []string{"gate", "-hub", d.URL()}
		for _, arg := range strings.Fields(c.args) {
			args = append(args, strings.ReplaceAll(arg, "+", " "))
		}
		out, stderr, code := runGoat(t, dir, nil, args...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(stderr, c.err) || c.err == "" && stderr != "" {
			t.Errorf("goat gate %s: got %d, %q and\n%s\nwant %d, %q and %q", c.args, code, stderr, out, c.code, c.err, c.out)
		}
	}
	go func() {
		time.Sleep(time.Second)
		d.call("POST", "/api/v1/instances/"+key(1)+"/points", document{"from": 2, "ids": []int{5}})
	}()
	out, stderr, code := runGoat(t, dir, nil, "gate", "-hub", d.URL(), "-service", "shop", "-commit", d.commit, "-timeout", "5m", "-every", "100ms", "-format", "json")
	var v verdictJSON
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 || v.Verdict != "passed" || v.Covered != 3 {
		t.Errorf("got %d, %q and\n%s\nwant it passed once the last point has run", code, stderr, out)
	}
}

// A token that may not read, a wrong address and a hub that is away are told apart:
// only the last is asked again.
func TestGateCommandRefused(t *testing.T) {
	h := startHub(t, withTokens(t))
	dir := t.TempDir()
	for address, want := range map[string]string{h.URL(): "it answers 401 Unauthorized; set GOAT_HUB_TOKEN", "hub:8089": "it is no address of a hub"} {
		out, stderr, code := runGoat(t, dir, nil, "gate", "-hub", address, "-service", "shop", "-timeout", "1h")
		if code != 2 || out != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: got %d, %q and %q, want 2 and %q at once", address, code, stderr, out, want)
		}
	}
	gone := freePort(t)
	_, stderr, code := runGoat(t, dir, nil, "gate", "-hub", "http://"+gone, "-service", "shop", "-timeout", "300ms", "-every", "100ms")
	if code != 2 || !strings.Contains(stderr, "and the 300ms are over") {
		t.Errorf("got %d and %q, want 2 when the time is over", code, stderr)
	}
	if a := h.call("GET", "/api/v1/releases/none/gate", nil, "Authorization", "Bearer "+readToken); a.status != http.StatusNotFound {
		t.Errorf("got %d and %s, want 404", a.status, a.body)
	}
}
