package server

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

const echoName = "staging_th_apa_goc_echoserver_master_845820727e"

// measured makes the hub measure new coverage soon.
func measured(c *Config) { c.Measure = 100 * time.Millisecond }

// covers returns the history of a goc service's release, the newest first.
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

// list returns goc's list.
func (h *hub) list() map[string][]string {
	h.t.Helper()
	var list map[string][]string
	if err := json.Unmarshal([]byte(h.goc("GET", "/v1/cover/list", "").body), &list); err != nil {
		h.t.Fatal(err)
	}
	return list
}

// An agent of goc's registers and is pulled. Its replicas are merged, served on
// goc's route, and stored as the latest row.
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
	if err := h.store.Schedule(t.Context(), "pull", h.serviceOf(echoName), "", 0); err != nil {
		t.Fatal(err)
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

func (h *hub) serviceOf(name string) string {
	h.t.Helper()
	s, _, err := h.fleet.ByName(h.t.Context(), name, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return s.ID
}
