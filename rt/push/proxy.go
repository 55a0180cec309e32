package push

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/goat-trace/goat/rt/warning"
)

// proxies are the proxy variables. net/http reads the same variables once in a
// process, when they are first needed. Asking net/http here would fix their values
// for the application, which may set them later.
type proxies struct {
	http, https string
	none        []string // hosts that need no proxy
}

func newProxies(getenv func(string) string) proxies {
	either := func(upper, lower string) string {
		if value := getenv(upper); value != "" {
			return value
		}
		return getenv(lower)
	}
	p := proxies{http: either("HTTP_PROXY", "http_proxy"), https: either("HTTPS_PROXY", "https_proxy")}
	if getenv("REQUEST_METHOD") != "" {
		p.http = "" // under CGI a client's header sets this variable
	}
	for entry := range strings.SplitSeq(either("NO_PROXY", "no_proxy"), ",") {
		if entry = strings.ToLower(strings.TrimSpace(entry)); entry != "" {
			p.none = append(p.none, entry)
		}
	}
	return p
}

// of returns the proxy for an address, nil for none.
func (p proxies) of(target *url.URL) (*url.URL, error) {
	name, text := "HTTPS_PROXY", p.https
	if target.Scheme == "http" {
		name, text = "HTTP_PROXY", p.http
	}
	if text == "" || p.direct(strings.ToLower(target.Hostname()), portOf(target)) {
		return nil, nil
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, warning.Error{
			Err:  errors.New(name + " names no HTTP proxy"),
			Next: "set it to one, such as http://proxy:3128, or name the hub in NO_PROXY",
		}
	}
	return u, nil
}

// direct reports whether a host needs no proxy. That is so for this machine and for
// whatever NO_PROXY has: a name and the names below it, an address, or a network.
func (p proxies) direct(host, port string) bool {
	ip, err := netip.ParseAddr(host)
	isIP := err == nil
	if host == "localhost" || isIP && ip.Unmap().IsLoopback() {
		return true
	}
	for _, entry := range p.none {
		if entry == "*" {
			return true
		}
		if network, err := netip.ParsePrefix(entry); err == nil {
			if isIP && network.Contains(ip.Unmap()) {
				return true
			}
			continue
		}
		if h, entryPort, err := net.SplitHostPort(entry); err == nil {
			if entryPort != port {
				continue
			}
			entry = h
		}
		entry = strings.Trim(entry, "[]")
		if other, err := netip.ParseAddr(entry); err == nil {
			if isIP && other.Unmap() == ip.Unmap() {
				return true
			}
			continue
		}
		domain := strings.TrimPrefix(strings.TrimPrefix(entry, "*"), ".")
		if !isIP && domain != "" && (strings.HasSuffix(host, "."+domain) || host == domain && !strings.HasPrefix(entry, ".") && !strings.HasPrefix(entry, "*")) {
			return true
		}
	}
	return false
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
