package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withSource tells the hub the shop's repository.
func withSource(c covered) func(*Config) {
	return func(config *Config) { config.Repos = []string{"example.com/shop=" + c.dir} }
}

// The coverage of replicas with Go's counters is what go tool cover says, as
// text, as JSON and as a page.
func TestFunctionsOfRelease(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.count(1, c, c.counters[0])
	h.count(2, c, c.counters[1])
	release := "/releases/" + h.release().ID

	if a := h.call("GET", "/api/v1"+release+"/reports/functions?format=text", nil); a.body != c.funcs {
		t.Errorf("(-go tool cover +got):\n%s", cmp.Diff(c.funcs, a.body))
	}
	if a := h.call("GET", "/api/v1"+release+"/profile", nil); a.body != c.profile {
		t.Errorf("(-go tool covdata +got):\n%s", cmp.Diff(c.profile, a.body))
	}
	a := h.call("GET", release+"/functions", nil)
	if a.status != http.StatusOK || !strings.Contains(a.body, "Refund") || !strings.Contains(a.body, "example.com/shop/ledger/ledger.go:21") {
		t.Errorf("got %d and\n%s\nwant the functions", a.status, a.body)
	}
}
