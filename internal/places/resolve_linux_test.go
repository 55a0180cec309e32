package places_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/places"
)

// resolverOf knows one IPv4 name server, a connection of its own, that gives the same
// addresses for every name.
func resolverOf(addresses ...string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerDNS(server, addresses)
		return client, nil
	}}
}

// answerDNS answers one query as over TCP (RFC 1035, sections 4.1 and 4.2.2).
func answerDNS(conn net.Conn, addresses []string) {
	defer conn.Close()
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, query); err != nil {
		return
	}
	end := 12 // of the question: a name, its type, its class
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5
	answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(len(addresses)), 0, 0, 0, 0}, query[12:end]...)
	for _, a := range addresses {
		ip := netip.MustParseAddr(a).As4()
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4) // the question's name, A, IN, 1 s, 4 bytes
		answer = append(answer, ip[:]...)
	}
	_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
}

// TestAddressesOfName: a headless service's name has an address for each of its
// pods.
func TestAddressesOfName(t *testing.T) {
	t.Parallel()
	first := listen(t, "127.0.0.1:0", says(page("one", 1, 1)))
	_, port, err := net.SplitHostPort(first)
	if err != nil {
		t.Fatal(err)
	}
	listen(t, "127.0.0.2:"+port, says(page("two", 2, 0)))
	name := "pods.shop.example.:" + port
	r := places.Reader{Resolver: resolverOf("127.0.0.1", "127.0.0.2", "127.0.0.3")}
	answer := r.Read(t.Context(), []string{name})
	var got []string
	for _, p := range answer.Processes {
		got = append(got, p.Host+" "+p.Place)
	}
	want := []string{"one " + name + " (127.0.0.1)", "two " + name + " (127.0.0.2)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("processes (-want +got):\n%s", diff)
	}
	if len(answer.Problems) != 1 || answer.Problems[0].Place != name+" (127.0.0.3)" || answer.Asked != 3 {
		t.Errorf("got %d asked and problems %v, want 3, and one of 127.0.0.3 alone", answer.Asked, answer.Problems)
	}
}

func listen(t *testing.T, address string, handler http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(handler)
	s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return l.Addr().String()
}
