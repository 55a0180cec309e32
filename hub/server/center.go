package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"

	"github.com/goat-trace/goat/hub/agents/gocv1"
	"github.com/goat-trace/goat/hub/auth"
)

// centerRoutes are those of the listener that goc's agents and commands talk to.
func (s *Server) centerRoutes(tokens *auth.Tokens, addr net.Addr) http.Handler {
	guard := auth.NewGuard(tokens, addr, s.config.Log)
	v1 := gocv1.New(gocv1.Options{
		Fleet: s.fleet, Agents: s.gocAgents, Addresses: &s.config.Addresses, Guard: guard, Book: s.book, Log: s.config.Log,
	})
	return centerPath(http.NewCrossOriginProtection().Handler(v1))
}

var slashes = regexp.MustCompile("//+")

// centerPath takes away what stands in front of goc's paths: a token, or the path of
// a proxy, and slashes too many. goc's agents take a path in their center's address,
// and no header, so that is where a token can stand.
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

// AgentAddresses reads what an admin allows: networks and hosts of agents that
// others may register, and networks of proxies whose word on where a request comes
// from counts.
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

// parseNetwork reads a network, or an address as one of itself.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}
