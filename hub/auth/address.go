package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Addresses says whom the hub may call. A registration is itself the way in: who
// could name any address would have the hub call it from within its network.
type Addresses struct {
	Allow   []netip.Prefix // networks that agents may be in, whoever registers them
	Hosts   []string       // names that agents may have, whoever registers them
	Proxies []netip.Prefix // networks of proxies whose X-Forwarded-For counts
}

// Peer is where a request comes from: its connection's other end, or what trusted
// proxies say of it.
func (a *Addresses) Peer(r *http.Request) netip.Addr {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	peer := remote.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !within(a.Proxies, peer) {
			return peer
		}
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return peer
		}
		peer = addr.Unmap()
	}
	return peer
}

// Admit returns the address of an agent as the hub may call it: scheme, host and
// port alone. It is Forbidden where the host is neither the peer that registers
// it nor allowed.
func (a *Addresses) Admit(address string, peer netip.Addr) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", fleet.Errorf(fleet.Invalid, "%.80q is no agent's address; it has to be http://HOST:PORT", address)
	}
	if !a.admits(u.Hostname(), peer) {
		return "", fleet.Errorf(fleet.Forbidden, "%.80q is neither where this registration comes from, %v, nor allowed", u.Hostname(), peer)
	}
	return u.Scheme + "://" + u.Host, nil
}

func (a *Addresses) admits(host string, peer netip.Addr) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return slices.Contains(a.Hosts, strings.ToLower(host))
	}
	addr = addr.Unmap()
	return addr.Zone() == "" && (addr == peer && peer.IsValid() || within(a.Allow, addr))
}

func within(prefixes []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Client calls an agent that peer has registered, within a time limit. The address
// is admitted anew when it is dialled. It follows no redirect and uses no proxy.
func (a *Addresses) Client(peer netip.Addr, limit time.Duration) *http.Client {
	dialer := net.Dialer{Timeout: limit}
	return &http.Client{
		Timeout: limit,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the agent redirects, which is not followed")
		},
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				host, _, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				if !a.admits(host, peer) {
					return nil, fmt.Errorf("dialling %s: it is not an admitted address", address)
				}
				return dialer.DialContext(ctx, network, address)
			},
			ResponseHeaderTimeout: limit,
			MaxIdleConnsPerHost:   1,
			IdleConnTimeout:       10 * time.Second,
		},
	}
}
