package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/auth"
)

// Tokens of the test, by what they may.
const (
	agentToken  = "aaaaaaaaaaaaaaaaaaaaaaaa"
	otherToken  = "bbbbbbbbbbbbbbbbbbbbbbbb"
	readToken   = "cccccccccccccccccccccccc"
	adminToken  = "dddddddddddddddddddddddd"
	writerToken = "eeeeeeeeeeeeeeeeeeeeeeee"
)

// withTokens has the hub want tokens.
func withTokens(t *testing.T) func(*Config) {
	file := filepath.Join(t.TempDir(), "tokens")
	text := fmt.Sprintf("agents push env=staging %s\nothers push env=prod %s\nreader read * %s\nadmin admin * %s\nwriter write * %s\n", agentToken, otherToken, readToken, adminToken, writerToken)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *Config) { c.TokenFile = file }
}

// refused is what admins are shown.
func (h *hub) refused(headers ...string) []auth.Refused {
	h.t.Helper()
	var list struct{ Unadmitted []auth.Refused }
	h.decode(h.call("GET", "/api/v1/unadmitted", nil, headers...), &list)
	return list.Unadmitted
}

// Agents bring their token in the center's address: as a path, also with a slash at its
// end, or as a password. Without one, or with one of other services, they are answered
// as if all were well, and only admins learn of it.
func TestGocAgentTokens(t *testing.T) {
	h := startHub(t, withTokens(t))
	admin := []string{"Authorization", "Bearer " + adminToken}
	startAgent(t, h.CenterURL()+"/"+agentToken, echoName, 1, 0, 0, 0)
	slash := startAgent(t, h.CenterURL()+"/"+agentToken+"/", echoName, 1, 0, 0, 0)
	startAgent(t, strings.Replace(h.CenterURL(), "http://", "http://agent:"+agentToken+"@", 1), echoName, 1, 0, 0, 0)
	for _, center := range []string{"", "/" + otherToken, "/" + readToken, "/nonsense"} {
		startAgent(t, h.CenterURL()+center, echoName, 9, 9, 9, 9).end()
	}
	newV2Agent(t, h.CenterURL()+"/"+agentToken, "./echo", echoExtra, 1, 0, 0, 0).connect()
	if a := newV2Agent(t, h.CenterURL(), "./echo", echoExtra, 9, 9, 9, 9); a.ID != "0" {
		t.Errorf("got the id %s for an agent that is not admitted, want one that nobody has", a.ID)
	}
	list := func(headers ...string) (byName map[string][]string) {
		json.Unmarshal([]byte(h.goc("GET", "/v1/cover/list", "", headers...).body), &byName)
		return byName
	}
	if got := list(admin...); len(got) != 1 || len(got[echoName]) != 3 {
		t.Errorf("got %v, want the three that have a token", got)
	}
	if a := h.goc("POST", "/v1/cover/profile", `{}`, "Authorization", "Bearer "+readToken); a.body != profileOf(echoBlocks, 3, 0, 0, 0) {
		t.Errorf("got %d and %s, want the profile of three", a.status, a.body)
	}
	agents := h.goc("GET", "/v2/agents", "", "Authorization", "Bearer "+readToken)
	if strings.Count(agents.body, `"token":""`) != 1 || strings.Count(agents.body, `"token"`) != 1 {
		t.Errorf("got %s, want one agent and no token of it", agents.body)
	}
	for _, call := range []struct{ method, path, token string }{
		{"GET", "/v1/cover/list", ""}, {"POST", "/v1/cover/profile", ""}, {"GET", "/static", ""}, {"GET", "/v2/agents", ""}, {"GET", "/v2/cover/profile", ""}, {"GET", "/v2/cover/ws/watch", ""},
		{"GET", "/v1/cover/list", agentToken}, {"POST", "/v1/cover/clear", readToken}, {"POST", "/v1/cover/init", readToken}, {"POST", "/v1/cover/init", agentToken},
		{"DELETE", "/v2/agents", readToken}, {"DELETE", "/v2/cover/profile", agentToken}, {"GET", "/v1/cover/list", "nonsense"},
	} {
		a := h.goc(call.method, call.path, `{}`, "Authorization", "Bearer "+call.token)
		if a.status != http.StatusUnauthorized && a.status != http.StatusForbidden {
			t.Errorf("%s %s with %q: got %d and %s, want 401 or 403", call.method, call.path, call.token, a.status, a.body)
		}
	}
	// An agent's token takes away its own address alone, wherever else agents are.
	slash.end()
	if got := list(admin...); len(got[echoName]) != 2 {
		t.Errorf("got %v, want two left", got)
	}
	got := h.refused(admin...)
	if len(got) < 5 {
		t.Errorf("got %+v, want those without a token", got)
	}
	for _, r := range got {
		if r.Peer != "127.0.0.1" || r.Why == "" || strings.Contains(fmt.Sprint(r), agentToken) || strings.Contains(fmt.Sprint(r), otherToken) {
			t.Errorf("got %+v, want who and why, and no token", r)
		}
	}
	if a := h.call("GET", "/api/v1/unadmitted", nil, "Authorization", "Bearer "+writerToken); a.status != http.StatusForbidden {
		t.Errorf("for others than admins: got %d, want 403", a.status)
	}
}

// An address is where its registration comes from, or is allowed. What X-Forwarded-For
// says counts from a trusted proxy.
func TestGocAddresses(t *testing.T) {
	called := make(chan string, 100)
	foreign := newAgent(t, "", 1, 0, 0, 0)
	foreign.answers = func(_ http.ResponseWriter, r *http.Request) bool { called <- r.URL.Path; return false }
	h := startHub(t)
	foreign.center = h.CenterURL()
	foreign.register("first") // at 127.0.0.1
	foreign.serve()
	_, port, _ := strings.Cut(strings.TrimPrefix(foreign.addr, "http://"), ":")
	register := func(h *hub, name, address string, headers ...string) {
		t.Helper()
		a := h.goc("POST", "/v1/cover/register?ip_revise=false&name="+name+"&address="+address, "", headers...)
		if a.status != http.StatusOK || a.body != `{"result":"success"}` {
			t.Errorf("%s: got %d and %s, want success", address, a.status, a.body)
		}
	}
	h.goc("POST", "/v1/cover/init", "")
	for len(called) > 0 {
		<-called
	}
	for _, address := range []string{"http://127.0.0.2:" + port, "http://localhost:" + port, "http://169.254.169.254:80", "http://[::1]:" + port, "http://0x7f000001:" + port, "http://127.1:" + port} {
		register(h, "foreign", address)
		register(h, "foreign", address, "X-Forwarded-For", "127.0.0.2")
	}
	h.goc("POST", "/v1/cover/profile", `{"force":true}`)
	if list := h.list(); len(list) != 0 || len(called) != 0 || len(h.refused()) != 6 {
		t.Errorf("got %v and %d calls and %+v, want none and six noted", list, len(called), h.refused())
	}

	h = startHub(t, func(c *Config) {
		c.Addresses = auth.Addresses{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}, Hosts: []string{"localhost"}, Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	})
	register(h, "allowed", "http://127.0.0.2:"+port)
	register(h, "named", "http://localhost:"+port)
	register(h, "behind", "http://127.0.0.3:"+port, "X-Forwarded-For", "127.0.0.3")
	register(h, "foreign", "http://127.0.0.4:"+port, "X-Forwarded-For", "127.0.0.3")
	if list := h.list(); len(list) != 3 || list["behind"][0] != "http://127.0.0.3:"+port {
		t.Errorf("got %v, want three", list)
	}
}

// On an address that others reach, a hub without tokens takes no registration, and no
// agent learns of it. A page that a browser shows cannot call the center.
func TestGocWithoutTokens(t *testing.T) {
	h := startHub(t, func(c *Config) { c.CenterAddr = "0.0.0.0:0" })
	_, port, _ := strings.Cut(strings.TrimPrefix(h.gocAddr.String(), "[::]"), ":")
	h.gocAddr = address("127.0.0.1:" + port)
	startAgent(t, h.CenterURL(), echoName, 1, 0, 0, 0).end()
	if list := h.list(); len(list) != 0 || len(h.refused()) == 0 {
		t.Errorf("got %v and %+v, want none, and it noted", list, h.refused())
	}
	for _, path := range []string{"clear", "init"} {
		if a := h.goc("POST", "/v1/cover/"+path, `{}`); a.status != http.StatusForbidden {
			t.Errorf("%s: got %d and %s, want 403", path, a.status, a.body)
		}
	}
	h = startHub(t)
	startAgent(t, h.CenterURL(), echoName, 1, 0, 0, 0)
	for _, headers := range [][]string{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}} {
		if a := h.goc("POST", "/v1/cover/init", "", headers...); a.status != http.StatusForbidden {
			t.Errorf("%v: got %d, want 403", headers, a.status)
		}
	}
	if list := h.list(); len(list) != 1 {
		t.Errorf("got %v, want the agent", list)
	}
}

// What an agent answers is limited, and is in nobody's answer but as a profile.
func TestGocHostileAgents(t *testing.T) {
	h := startHub(t, impatient)
	secret := "secret-of-another-server"
	for _, answer := range []func(w http.ResponseWriter, r *http.Request){
		func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500); fmt.Fprint(w, secret) },
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, h.URL()+"/api/v1/services?"+secret, http.StatusFound)
		},
		func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "mode: count\n"+secret+"\n") },
		func(w http.ResponseWriter, _ *http.Request) { // no HTTP at all
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				fmt.Fprint(conn, secret+"\r\n\r\n")
				conn.Close()
			}
		},
		func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte("mode: count\n"))
			for r.Context().Err() == nil { // never ends
				if _, err := fmt.Fprintf(w, "m/%s.go:1.1,2.2 1 1\n", strings.Repeat("x", 4000)); err != nil {
					return
				}
			}
		},
	} {
		a := startAgent(t, h.CenterURL(), echoName, 1, 0, 0, 0)
		a.answers = func(w http.ResponseWriter, r *http.Request) bool { answer(w, r); return true }
		begin := time.Now()
		for _, path := range []string{"profile", "clear", "remove"} {
			body := `{"address":["` + a.addr + `"]}`
			got := h.goc("POST", "/v1/cover/"+path, body)
			if strings.Contains(got.body, secret) || path == "profile" && got.status != http.StatusExpectationFailed {
				t.Errorf("%s: got %d and %s, want an error that does not repeat what the agent says", path, got.status, got.body)
			}
		}
		if took := time.Since(begin); took > 40*time.Second {
			t.Errorf("it took %v", took)
		}
	}
}
