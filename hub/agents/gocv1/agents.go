package gocv1

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/internal/bounded"
)

// Limits of a call to an agent.
const (
	maxProfile = 64 << 20 // bytes
	maxAnswer  = 64 << 10
)

// Agents calls agents. It is a fleet.Prober and a fleet.Puller.
type Agents struct {
	addresses *auth.Addresses
	limit     time.Duration
}

// NewAgents returns Agents that call only addresses that are admitted. Each call
// ends after limit.
func NewAgents(a *auth.Addresses, limit time.Duration) *Agents { return &Agents{a, limit} }

var (
	_ fleet.Prober = (*Agents)(nil)
	_ fleet.Puller = (*Agents)(nil)
)

// Probe reports whether an agent answers. It asks for the total, which costs the
// agent almost nothing.
func (a *Agents) Probe(ctx context.Context, i fleet.Instance) bool {
	_, err := a.call(ctx, &i, http.MethodGet, "/v1/cover/coverage", maxAnswer)
	return err == nil
}

// Pull returns the agent's profile.
func (a *Agents) Pull(ctx context.Context, i fleet.Instance) ([]byte, error) {
	return a.call(ctx, &i, http.MethodPost, "/v1/cover/profile", maxProfile)
}

// Clear sets the agent's counters to zero.
func (a *Agents) Clear(ctx context.Context, i fleet.Instance) error {
	_, err := a.call(ctx, &i, http.MethodPost, "/v1/cover/clear", maxAnswer)
	return err
}

// call asks an agent. The instance's Host is where it was registered from, and its
// address is checked again when it is dialled. Nothing that the agent says gets
// into an error.
func (a *Agents) call(ctx context.Context, i *fleet.Instance, method, path string, limit int64) ([]byte, error) {
	peer, _ := netip.ParseAddr(i.Host) // if it is not valid, only allowed addresses are dialled
	client := a.addresses.Client(peer, a.limit)
	defer client.CloseIdleConnections()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("{}")
	}
	r, err := http.NewRequestWithContext(ctx, method, i.Address+path, body) //nolint:gosec // client dials what is allowed
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r) //nolint:gosec // as above
	if err != nil {
		return nil, callError(r, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers with status %d", i.Address+path, resp.StatusCode)
	}
	content, err := bounded.ReadAll(resp.Body, limit)
	if err != nil {
		return nil, callError(r, &url.Error{Err: err})
	}
	return content, nil
}

// callError is the error of a call in a form that may be shown. If an agent cannot
// be reached, it says so as goc's center does. It leaves out what the agent
// answered, or where it redirects to.
func callError(r *http.Request, err error) error {
	var of *url.Error
	var dial *net.OpError
	switch {
	case !errors.As(err, &of):
		err = errNoAnswer
	case errors.As(err, &dial) && dial.Op == "dial" || errors.Is(err, context.Canceled):
		err = of.Err
	case of.Timeout():
		err = errLate
	default:
		err = errNoAnswer
	}
	return fmt.Errorf("%s %q: %w", r.Method[:1]+strings.ToLower(r.Method[1:]), r.URL, err)
}

var (
	errLate     = errors.New("it did not answer in time")
	errNoAnswer = errors.New("it gave no answer that can be read")
)
