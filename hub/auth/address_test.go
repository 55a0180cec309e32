package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

func TestAdmit(t *testing.T) {
	a := auth.Addresses{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Hosts: []string{"agent.internal"}}
	peer := netip.MustParseAddr("192.0.2.7")
	tests := []struct {
		address, want string
		kind          fleet.Kind
	}{
		{"http://192.0.2.7:51007", "http://192.0.2.7:51007", ""},
		{"http://user:secret@192.0.2.7:51007/v1?x=y#z", "http://192.0.2.7:51007", ""},
		{"https://[::ffff:192.0.2.7]:51007", "https://[::ffff:192.0.2.7]:51007", ""},
		{"http://10.9.8.7:51007", "http://10.9.8.7:51007", ""},
		{"http://agent.internal:1", "http://agent.internal:1", ""},
		{"http://192.0.2.8:51007", "", fleet.Forbidden},
		{"http://169.254.169.254/latest/meta-data", "", fleet.Forbidden},
		{"http://127.0.0.1:8089", "", fleet.Forbidden},
		{"http://localhost:8089", "", fleet.Forbidden},
		{"http://0x7f000001:8089", "", fleet.Forbidden},
		{"http://192.0.2.7.evil.example:1", "", fleet.Forbidden},
		{"http://[fe80::1%25eth0]:1", "", fleet.Forbidden},
		{"gopher://192.0.2.7:1", "", fleet.Invalid},
		{"file:///etc/passwd", "", fleet.Invalid},
		{"192.0.2.7:51007", "", fleet.Invalid},
		{"", "", fleet.Invalid},
	}
	for _, test := range tests {
		got, err := a.Admit(test.address, peer)
		if got != test.want || test.kind == "" && err != nil || test.kind != "" && !errors.Is(err, test.kind) {
			t.Errorf("%s: got %q and %v, want %q and %v", test.address, got, err, test.want, test.kind)
		}
	}
	if _, err := (&auth.Addresses{}).Admit("http://0.0.0.0:1", netip.Addr{}); err == nil {
		t.Error("an address was admitted for a peer that is not known")
	}
}

func TestPeer(t *testing.T) {
	a := auth.Addresses{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}}
	tests := []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.7:1000", nil, "192.0.2.7"},
		{"[::ffff:192.0.2.7]:1000", nil, "192.0.2.7"},
		{"192.0.2.7:1000", []string{"127.0.0.1"}, "192.0.2.7"}, // says it of itself
		{"10.0.0.1:1000", []string{"192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.1:1000", []string{"127.0.0.1, 192.0.2.7, 10.0.0.2"}, "192.0.2.7"},
		{"10.0.0.1:1000", []string{"127.0.0.1", "192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.1:1000", []string{"nonsense"}, "10.0.0.1"},
		{"10.0.0.1:1000", nil, "10.0.0.1"},
	}
	for _, test := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.remote
		r.Header["X-Forwarded-For"] = test.forwarded
		if got := a.Peer(r); got.String() != test.want {
			t.Errorf("from %s, forwarded for %v: got %v, want %s", test.remote, test.forwarded, got, test.want)
		}
	}
}

// The hub calls whom it has admitted, and nobody whom they name.
func TestClient(t *testing.T) {
	called := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer other.Close()
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/hang":
			<-r.Context().Done()
		}
	}))
	defer agent.Close()
	var a auth.Addresses
	client := a.Client(netip.MustParseAddr("127.0.0.1"), 300*time.Millisecond)
	get := func(client *http.Client, url string) error {
		resp, err := client.Get(url)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := get(client, agent.URL); err != nil {
		t.Errorf("calling the agent: %v", err)
	}
	if err := get(client, agent.URL+"/redirect"); err == nil || called {
		t.Errorf("a redirect: got %v, called %v; want an error and nobody called", err, called)
	}
	begin := time.Now()
	if err := get(client, agent.URL+"/hang"); err == nil || time.Since(begin) > 5*time.Second {
		t.Errorf("an agent that hangs: got %v after %v, want an error soon", err, time.Since(begin))
	}
	if err := get(a.Client(netip.MustParseAddr("192.0.2.7"), time.Second), agent.URL); err == nil {
		t.Error("an address that was not admitted was dialled")
	}
}
