package gocv1

import (
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/report/profile"
)

// Whatever is accepted as a registration has a name, and an address of scheme, host
// and port.
func FuzzRegistration(f *testing.F) {
	for _, seed := range [][3]string{
		{"name=a_b_c_d_0123456&address=http://127.0.0.1:1", "", ""}, {"", "application/json", `{"name":"js","address":"http://127.0.0.1:2"}`},
		{"", "application/x-www-form-urlencoded", "name=form&address=http://127.0.0.1:1&ip_revise=false"}, {"name=x&address=http://h:1:2", "", ""}, {"name=x&address=%25zz&ip_revise=yes", "", ""},
		{"name=x&address=http://u:p@[::1]:9/x?y%23z", "", ""}, {"", "application/json", "{"}, {"name=%00&address=HTTPS://:1", "a/b;c", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	peer := netip.MustParseAddr("192.0.2.7")
	f.Fuzz(func(t *testing.T, query, kind, body string) {
		r := httptest.NewRequest("POST", "/v1/cover/register", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", kind)
		said, err := readRegistration(httptest.NewRecorder(), r)
		if err != nil {
			return
		}
		if said.Name == "" || said.Address == "" {
			t.Errorf("got %+v", said)
		}
		address, err := said.address(peer)
		if err != nil {
			return
		}
		u, err := url.Parse(address)
		if err == nil && (u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "") {
			t.Errorf("%q has become %q", said.Address, address)
		}
	})
}

// A request only chooses among existing agents, and filters without a panic.
func FuzzAsked(f *testing.F) {
	for _, seed := range [][3]string{
		{"GET", "force=true&coverfile=mirror&service=a&service=b", ""}, {"POST", "", `{"force":true,"service":null,"address":null,"coverfile":["("],"skipfile":["^m"]}`},
		{"POST", "", `{"service":["a"],"address":["b"]}`}, {"POST", "", "not json"}, {"GET", "force=maybe", ""}, {"POST", "", `{"coverfile":["(((a*)*)*)*x{1000}"]}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, method, query, body string) {
		if method != "POST" {
			method = "GET"
		}
		r := httptest.NewRequest(method, "/v1/cover/profile", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", "application/json")
		asked, err := readAsked(httptest.NewRecorder(), r)
		if err != nil {
			return
		}
		if len(asked.Service) > 0 && len(asked.Address) > 0 {
			t.Errorf("got %+v, which is ambiguous", asked)
		}
		if _, err := asked.chosen(nil, false); err == nil && len(asked.Service)+len(asked.Address) > 0 {
			t.Errorf("%+v was chosen of nothing", asked)
		}
		asked.filter(&profile.Profile{Mode: profile.Count, Files: []profile.File{{Name: "m/a.go"}, {Name: "m/b.go"}}})
	})
}
