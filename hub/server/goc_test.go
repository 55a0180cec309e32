package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/store/sqlite"
)

const echoName = "staging_th_apa_goc_echoserver_master_845820727e"

// measured has the hub measure what is new soon.
func measured(c *Config) { c.Measure = 100 * time.Millisecond }

// impatient has calls to agents end soon.
func impatient(c *Config) { c.AgentLimit = time.Second }

// covers is the history of a goc service's release, the newest first.
func (h *hub) covers(name string) []fleet.CoverRow {
	h.t.Helper()
	_, release, err := h.fleet.ByName(h.t.Context(), name, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	rows, err := h.fleet.Covers(h.t.Context(), release.ID, 0, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return rows
}

// list is goc's list.
func (h *hub) list() map[string][]string {
	h.t.Helper()
	var list map[string][]string
	if err := json.Unmarshal([]byte(h.goc("GET", "/v1/cover/list", "").body), &list); err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *hub) serviceOf(name string) string {
	h.t.Helper()
	s, _, err := h.fleet.ByName(h.t.Context(), name, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return s.ID
}

// instancesOf are the instances of a goc service's release.
func (h *hub) instancesOf(name string) []fleet.Instance {
	h.t.Helper()
	_, release, err := h.fleet.ByName(h.t.Context(), name, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	list, err := h.fleet.Instances(h.t.Context(), release.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// An agent of goc's registers and is pulled; its replicas are merged, answered on
// goc's route, and stored with a latest row. One that ends is pulled before it does.
func TestGocAgent(t *testing.T) {
	h := startHub(t, measured)
	startAgent(t, h.CenterURL(), echoName, 1, 0, 1, 0)
	second := startAgent(t, h.CenterURL(), echoName, 2, 0, 0, 0)
	startAgent(t, h.CenterURL(), "other_th_apa_shop_master_1234567", 0, 1, 0, 0)

	want := profileOf(echoBlocks, 3, 0, 1, 0)
	if a := h.goc("POST", "/v1/cover/profile", `{"service":["`+echoName+`"]}`); a.status != http.StatusOK || a.body != want {
		t.Errorf("got %d and\n%s\nwant\n%s", a.status, a.body, want)
	}
	if a := h.goc("GET", "/v1/cover/profile?service="+echoName, ""); a.body != want {
		t.Errorf("by GET: got\n%s\nwant\n%s", a.body, want)
	}
	until(t, "measured", func() bool { return len(h.covers(echoName)) == 1 })
	row := h.covers(echoName)[0]
	if !row.Latest || row.Total != 40 {
		t.Errorf("got %+v, want the latest row of 40 percent", row)
	}
	second.set(3, 1, 0, 0)
	second.end()
	until(t, "measured again", func() bool {
		rows := h.covers(echoName)
		return len(rows) == 2 && rows[0].Latest && rows[0].Total == 60
	})
	if list := h.list(); len(list[echoName]) != 1 || len(list) != 2 {
		t.Errorf("got %v, want the agent that is left and the other service", list)
	}
}

// Agents that are dead or take calls and answer none hold up nobody: not a profile, not
// a sync, not an application that ends, not the jobs of other services.
func TestGocAgentsThatAreSilent(t *testing.T) {
	h := startHub(t, measured, impatient)
	healthy := startAgent(t, h.CenterURL(), echoName, 1, 0, 1, 0)
	for n := range 20 {
		dead := startAgent(t, h.CenterURL(), echoName, 9, 9, 9, 9)
		if n%2 == 0 {
			dead.kill()
		} else {
			dead.silent()
		}
	}
	other := startAgent(t, h.CenterURL(), "prod_th_apa_shop_master_1234567", 1, 1, 1, 1)

	begin := time.Now()
	if a := h.goc("POST", "/v1/cover/profile", `{"force":true}`); a.status != http.StatusOK || a.body != profileOf(echoBlocks, 2, 1, 2, 1) {
		t.Errorf("got %d and %s, want what the two healthy ones counted", a.status, a.body)
	}
	if a := h.goc("POST", "/v1/cover/profile", `{}`); a.status != http.StatusExpectationFailed {
		t.Errorf("without force: got %d and %s, want 417", a.status, a.body)
	}
	for _, name := range []string{echoName, "prod_th_apa_shop_master_1234567"} {
		a := h.call("POST", "/api/v1/services/"+h.serviceOf(name)+"/sync?wait=50s", nil)
		if a.status != http.StatusOK || !strings.Contains(a.body, `"done"`) {
			t.Errorf("syncing %s: got %d and %s, want done", name, a.status, a.body)
		}
	}
	if healthy.pulled() < 3 || other.pulled() < 3 {
		t.Errorf("got %d and %d pulls, want those of a sync, too", healthy.pulled(), other.pulled())
	}
	healthy.silent()
	healthy.end() // says how long that took
	if took := time.Since(begin); took > 100*time.Second {
		t.Errorf("all of it took %v", took)
	}
	until(t, "measured", func() bool { rows := h.covers(echoName); return len(rows) == 1 && rows[0].Total == 40 })
}

// An agent that answers keeps its lease. One that was killed leaves the list after two
// looks; what it said stays and says how old it is.
func TestGocAgentGone(t *testing.T) {
	h := startHub(t, measured, impatient, func(c *Config) { c.Lease = 2 * time.Second })
	killed := startAgent(t, h.CenterURL(), echoName, 1, 0, 1, 0)
	healthy := startAgent(t, h.CenterURL(), "prod_th_apa_shop_master_1234567", 1, 1, 1, 1)
	h.goc("POST", "/v1/cover/profile", `{}`)
	killed.kill()
	until(t, "off the list", func() bool { return len(h.list()) == 1 })
	time.Sleep(2 * time.Second) // another lease, or two
	if list := h.list(); len(list["prod_th_apa_shop_master_1234567"]) != 1 {
		t.Errorf("got %v, want the agent that answers", list)
	}
	gone := h.instancesOf(echoName)
	if len(gone) != 1 || gone[0].State != fleet.Gone {
		t.Errorf("got %+v, want one that is gone", gone)
	}
	if there := h.instancesOf("prod_th_apa_shop_master_1234567"); len(there) != 1 || there[0].State != fleet.Live || !there[0].LeaseUntil.After(time.Now().Add(-time.Second)) {
		t.Errorf("got %+v, want one that is live", there)
	}
	text, at, err := h.fleet.Raw(t.Context(), gone[0].ID)
	if err != nil || string(text) != profileOf(echoBlocks, 1, 0, 1, 0) || time.Since(at) > time.Minute || at.IsZero() {
		t.Errorf("got %s of %v and %v, want the copy and when it was made", text, at, err)
	}
	v, err := h.fleet.Release(t.Context(), gone[0].ReleaseID)
	if err != nil || v.Summary.State() != fleet.StateLastSeen {
		t.Errorf("got %v and %v, want last-seen", v.Summary.State(), err)
	}
	// Another one at its address, by another start of the program, is another instance.
	healthy.kill()
	startAgent(t, h.CenterURL(), echoName, 0, 1, 0, 0)
	if list := h.instancesOf(echoName); len(list) != 2 {
		t.Errorf("got %+v, want two instances", list)
	}
}

// An address has one commit of a service, the one that registered last; and the
// profile of another program is not taken.
func TestGocAddressAgain(t *testing.T) {
	h := startHub(t, measured)
	a := startAgent(t, h.CenterURL(), echoName, 1, 0, 1, 0)
	h.goc("POST", "/v1/cover/profile", `{}`)
	next := "staging_th_apa_goc_echoserver_master_99999999"
	if got := h.goc("POST", "/v1/cover/register?name="+next+"&address="+a.addr, ""); got.status != http.StatusOK {
		t.Fatalf("got %d and %s", got.status, got.body)
	}
	if list := h.list(); len(list) != 1 || len(list[next]) != 1 {
		t.Errorf("got %v, want the later commit", list)
	}
	if old := h.instancesOf(echoName); len(old) != 1 || old[0].State != fleet.Ended {
		t.Errorf("got %+v, want that the earlier one has ended", old)
	}
	h.goc("POST", "/v1/cover/profile", `{}`)
	a.mu.Lock()
	a.blocks = []string{"example.com/other/main.go:1.1,2.2 1"}
	a.counts = []int{1}
	a.mu.Unlock()
	h.goc("POST", "/v1/cover/profile", `{}`)
	b, err := h.fleet.Blocks(t.Context(), h.instancesOf(next)[0].ReleaseID)
	if err != nil || b.Profile.File("example.com/other/main.go") != nil || len(b.Profile.Files) == 0 {
		t.Errorf("got %+v and %v, want what the first program said", b, err)
	}
	if err := h.store.Schedule(t.Context(), jobs.KindPull, h.serviceOf(next), "", 0); err != nil {
		t.Fatal(err)
	}
	until(t, "gone", func() bool { return h.instancesOf(next)[0].State == fleet.Gone })
}

// What is cleared or taken off the list is kept before.
func TestGocClear(t *testing.T) {
	h := startHub(t, measured)
	a := startAgent(t, h.CenterURL(), echoName, 1, 0, 1, 0)
	if got := h.goc("POST", "/v1/cover/clear", `{"service":["`+echoName+`"]}`); got.body != "Register service "+a.addr+" coverage counter clear call successfully\n" {
		t.Errorf("got %q", got.body)
	}
	if got := h.goc("POST", "/v1/cover/profile", `{}`); got.body != profileOf(echoBlocks, 0, 0, 0, 0) {
		t.Errorf("got %s, want zeros", got.body)
	}
	a.set(0, 1, 0, 0)
	h.goc("POST", "/v1/cover/init", "")
	if list := h.list(); len(list) != 0 {
		t.Errorf("got %v, want none", list)
	}
	b, err := h.fleet.Blocks(t.Context(), h.instancesOf(echoName)[0].ReleaseID)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := b.Ever.AppendText(nil); err != nil || string(text) != profileOf(echoBlocks, 1, 1, 1, 0) {
		t.Errorf("got %s and %v, want what ran before and after", text, err)
	}
	// Who registers there again is another process.
	for range 2 {
		h.goc("POST", "/v1/cover/register?name="+echoName+"&address="+a.addr, "")
	}
	if list := h.instancesOf(echoName); len(list) != 2 {
		t.Errorf("got %+v, want two instances", list)
	}
}

// After a restart the list is as it was, agents are pulled, and those that were due
// meanwhile not all at once.
func TestGocAfterRestart(t *testing.T) {
	root := t.TempDir()
	at := func(c *Config) { c.Root = root }
	first := startHub(t, at)
	c := first.config
	const services = 40
	var agents []*gocAgent
	for n := range services {
		agents = append(agents, startAgent(t, first.CenterURL(), fmt.Sprintf("staging_th_apa_shop%d_master_1234567", n), 1, 0, 0, 0))
	}
	before := first.list()
	var ids []string
	for name := range before {
		ids = append(ids, first.serviceOf(name))
	}
	if err := first.Shutdown(); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(c.Root, "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if err := store.Schedule(t.Context(), jobs.KindPull, id, "", -time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	pulls := func() (n int) {
		for _, a := range agents {
			n += a.pulled()
		}
		return n
	}
	begun := pulls()
	second := startHub(t, at)
	if list := second.list(); len(list) != services {
		t.Errorf("got %d names, want the %d of before", len(list), services)
	}
	time.Sleep(3 * time.Second)
	if n := pulls() - begun; n > services/2 {
		t.Errorf("%d of %d were pulled within three seconds, want them spread over minutes", n, services)
	}
	if a := second.goc("POST", "/v1/cover/profile", `{}`); a.body != profileOf(echoBlocks, services, 0, 0, 0) {
		t.Errorf("got %s, want the profile of all", a.body)
	}
}

// Many register, are pulled, and end at once.
func TestGocAgentsAtOnce(t *testing.T) {
	h := startHub(t, measured)
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			a := startAgent(t, h.CenterURL(), echoName, n, 0, 1, 0)
			h.goc("POST", "/v1/cover/profile", `{"force":true}`)
			a.end()
		})
	}
	all.Wait()
	if list := h.list(); len(list) != 0 {
		t.Errorf("got %v, want none", list)
	}
	b, err := h.fleet.Blocks(t.Context(), h.instancesOf(echoName)[0].ReleaseID)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := b.Ever.AppendText(nil); err != nil || string(text) != profileOf(echoBlocks, 29*30/2, 0, 30, 0) {
		t.Errorf("got %s and %v, want the sum of all", text, err)
	}
}

// Agents of both versions are pulled without anybody asking: soon after they have begun,
// and then by the clock.
func TestGocPulledByItself(t *testing.T) {
	h := startHub(t, measured, func(c *Config) { c.Pull = 2 * time.Second })
	v1 := startAgent(t, h.CenterURL(), echoName, 1, 0, 0, 0)
	until(t, "pulled", func() bool { rows := h.covers(echoName); return len(rows) == 1 && rows[0].Total == 20 })
	v2 := newV2Agent(t, h.CenterURL(), "./echo", echoExtra, 0, 1, 0, 0).connect()
	until(t, "pulled with the other one", func() bool { return h.covers(echoName)[0].Total == 40 })
	v2.set(0, 1, 1, 0)
	until(t, "pulled again", func() bool { return h.covers(echoName)[0].Total == 60 })
	v1.set(1, 0, 0, 1)
	until(t, "pulled again", func() bool { return h.covers(echoName)[0].Total == 100 })
}
