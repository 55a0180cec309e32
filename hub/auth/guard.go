package auth

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// Guard lets requests of one listener through, or not.
type Guard struct {
	tokens   *Tokens // nil without a token file
	loopback bool    // the listener is one
	log      *slog.Logger
}

// NewGuard returns the guard of a listener at addr. Without tokens everybody who
// reaches it may read, and write where it is a loopback address: then all who
// reach it are users of the machine.
func NewGuard(tokens *Tokens, addr net.Addr, log *slog.Logger) *Guard {
	return &Guard{tokens: tokens, loopback: isLoopback(addr), log: log}
}

func isLoopback(addr net.Addr) bool {
	ap, err := netip.ParseAddrPort(addr.String())
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

// Require returns a middleware that lets through who has the role.
func (g *Guard) Require(role Role) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return wire.Handler(g.log, func(w http.ResponseWriter, r *http.Request) error {
			p, err := g.Admit(r, role)
			if err != nil {
				w.Header().Set("WWW-Authenticate", challenge(r))
				return err
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), principalKey{}, p)))
			return nil
		})
	}
}

// Admit says who a request is from, if they have the role. It is for handlers that
// answer in a protocol of their own.
func (g *Guard) Admit(r *http.Request, role Role) (*Principal, error) {
	if g.tokens == nil {
		return g.admitAnybody(r, role)
	}
	secret := tokenOf(r)
	if secret == "" {
		return nil, &wire.Problem{Type: "unauthorized", Status: http.StatusUnauthorized,
			Detail: "this hub wants a token: send Authorization: Bearer TOKEN (GOAT_HUB_TOKEN)"}
	}
	p := g.tokens.find(secret)
	if p == nil {
		return nil, &wire.Problem{Type: "unauthorized", Status: http.StatusUnauthorized, Detail: "the token is not one of this hub's"}
	}
	if !p.May(role) {
		return nil, fleet.Errorf(fleet.Forbidden, "the token %q has not the role %s", p.Name, role)
	}
	return p, nil
}

// admitAnybody is the rule without tokens. A page of another site that a browser
// of this machine shows may use a name of its own for the loopback address: only
// the usual names count.
func (g *Guard) admitAnybody(r *http.Request, role Role) (*Principal, error) {
	if !g.loopback {
		if role != Read {
			return nil, fleet.Errorf(fleet.Forbidden, "without --token-file this hub takes reports on loopback addresses only; start it with one")
		}
		return &Principal{Name: "anybody", Roles: []Role{Read}}, nil
	}
	if !usualName(r.Host) {
		return nil, &wire.Problem{Type: "forbidden", Status: http.StatusMisdirectedRequest,
			Detail: "without --token-file this hub answers to localhost and addresses only"}
	}
	return &Principal{Name: "anybody", Roles: []Role{Admin, Push}}, nil
}

func usualName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// tokenOf is the request's token: a bearer's, or the password of Basic
// authentication, which is what browsers and addresses with a user in them send.
func tokenOf(r *http.Request) string {
	if scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(secret)
	}
	_, password, _ := r.BasicAuth()
	return password
}

type principalKey struct{}

// From is who the request is from; behind a guard it is never nil.
func From(ctx context.Context) *Principal {
	p, _ := ctx.Value(principalKey{}).(*Principal)
	if p == nil {
		return &Principal{}
	}
	return p
}

// challenge says how a token is to be sent. Browsers ask people for a password, and
// know no other way.
func challenge(r *http.Request) string {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		return `Basic realm="goat: any name, and a token as password", charset="UTF-8"`
	}
	return "Bearer"
}
