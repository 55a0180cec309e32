package server

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"

	"github.com/goat-trace/goat/hub/agents/gocv1"
	"github.com/goat-trace/goat/hub/agents/gocv2"
	"github.com/goat-trace/goat/hub/auth"
)

// centerRoutes returns the routes of the listener for goc's agents and
// commands.
func (s *Server) centerRoutes(tokens *auth.Tokens, addr net.Addr) http.Handler {
	guard := auth.NewGuard(tokens, addr, s.config.Log)
	v1 := gocv1.New(gocv1.Options{
		Fleet: s.fleet, Agents: s.gocAgents, Addresses: &s.config.Addresses, Guard: guard, Book: s.book, Log: s.config.Log,
	})
	s.gocV2 = gocv2.New(gocv2.Options{Fleet: s.fleet, Addresses: &s.config.Addresses, Guard: guard, Book: s.book, Limit: cmp.Or(s.config.AgentLimit, agentLimit), Ping: s.config.Ping, Log: s.config.Log})
	s.fleet.SetConnected(s.gocV2)
	both := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v2/") {
			s.gocV2.ServeHTTP(w, r)
		} else {
			v1.ServeHTTP(w, r)
		}
	})
	return centerPath(http.NewCrossOriginProtection().Handler(both))
}

var slashes = regexp.MustCompile("//+")

// centerPath removes what comes before goc's paths: a token, the path of a
// proxy, and superfluous slashes. goc's agents accept a path in their center's
// address but no header, so a token can only be in the path.
func centerPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := slashes.ReplaceAllString(r.URL.Path, "/")
		prefix := ""
		for _, root := range []string{"/v1/", "/v2/", "/static"} {
			if i := strings.Index(path, root); i >= 0 {
				prefix, path = path[:i], path[i:]
				break
			}
		}
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path, ""
		if token := prefix[strings.LastIndexByte(prefix, '/')+1:]; token != "" && r.Header.Get("Authorization") == "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		next.ServeHTTP(w, r)
	})
}

// AgentAddresses parses what an admin allows: networks and hosts of agents that
// others may register, and networks of proxies that are trusted to say where a
// request comes from.
func AgentAddresses(allow, proxies []string) (a auth.Addresses, err error) {
	for _, text := range allow {
		if network, err := parseNetwork(text); err == nil {
			a.Allow = append(a.Allow, network)
		} else if strings.ContainsAny(text, "/:") {
			return a, fmt.Errorf("--agent-allow %q is neither a network such as 10.0.0.0/8 nor a host: %w", text, err)
		} else {
			a.Hosts = append(a.Hosts, strings.ToLower(text))
		}
	}
	for _, text := range proxies {
		network, err := parseNetwork(text)
		if err != nil {
			return a, fmt.Errorf("--trusted-proxy %q is no network such as 10.0.0.0/24: %w", text, err)
		}
		a.Proxies = append(a.Proxies, network)
	}
	return a, nil
}

// parseNetwork parses a network, or an address as a network of one.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}
