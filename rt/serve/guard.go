package serve

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// A browser can reach whatever its machine can reach, and runs scripts from
// anywhere. Two checks keep such a script from reading the pages.

// knownHost reports whether a request addresses the server as its own clients
// do. A page of evil.example whose name is made to point here (DNS rebinding)
// sends "Host: evil.example". So only names pass that nobody else can own:
// addresses, the loopback's names, and those in GOAT_HOSTS.
func knownHost(host string, names []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	bare := name
	if strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]") {
		bare = name[1 : len(name)-1]
	}
	if _, err := netip.ParseAddr(bare); err == nil {
		return true
	}
	name = normalName(name)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") { // RFC 6761, section 6.3
		return true
	}
	for _, known := range names {
		if name == known {
			return true
		}
	}
	return false
}

func normalName(name string) string {
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// crossSite reports whether a browser says that a page of another origin made
// it send this request. Programs other than browsers send neither of these
// headers.
func crossSite(r *http.Request) bool {
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" { // none means that the user typed the address
			return true
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin) // "null" has no host
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return true
		}
	}
	return false
}
