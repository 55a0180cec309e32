package places

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trackpage"
)

// address is where a page is asked for.
type address struct {
	url  *url.URL // has an IP address as its host, except for https
	name string   // host:port as the user wrote it, if that is a name
}

func (a *address) key() string { return a.url.String() }

// isHostPort reports whether a text is "host:port": a name or an IP address, and a
// number.
func isHostPort(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil || host == "" || strings.ContainsAny(host, `/\?#@% `) {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// resolve finds all addresses of a URL's host. Each of them is asked: a headless
// service of Kubernetes has one for each pod. Pods that have two addresses, an IPv4
// and an IPv6 one, listen at the IPv4 one.
//
// An https address belongs to a proxy, since programs do not serve https. It is
// asked by its name.
func (f *finder) resolve(ctx context.Context, name string, u *url.URL) []place {
	target := *u
	if target.Path == "" || target.Path == "/" {
		target.Path = "/track"
	}
	if target.RawQuery == "" {
		target.RawQuery = "order=2" // the order of ids, which costs a program least
	}
	host, port := u.Hostname(), u.Port()
	if host == "" {
		f.complain(name, "it names no host; write for example http://127.0.0.1:57005")
		return nil
	}
	if _, err := netip.ParseAddr(host); err == nil || u.Scheme == "https" {
		return []place{{name: name, address: &address{url: &target}}}
	}
	ctx, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()
	ips, err := f.Resolver.LookupNetIP(ctx, "ip4", host)
	if err != nil || len(ips) == 0 {
		ips, err = f.Resolver.LookupNetIP(ctx, "ip6", host)
	}
	if err != nil {
		f.complain(name, "looking up %s: %w; check the name", terminal.Word(host), shortLookup(err))
		return nil
	}
	var list []place
	for _, ip := range ips {
		one := target
		if one.Host = ip.Unmap().String(); port != "" {
			one.Host = net.JoinHostPort(one.Host, port)
		} else if ip.Is6() && !ip.Is4In6() {
			one.Host = "[" + one.Host + "]"
		}
		p := place{name: name, address: &address{url: &one, name: u.Host}}
		if len(ips) > 1 {
			p.name += " (" + ip.Unmap().String() + ")"
		}
		list = append(list, p)
	}
	return list
}

// shortLookup removes the name server from an error, because it tells the user
// nothing.
func shortLookup(err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New(dns.Err)
	}
	return err
}

// ask asks an address for its page.
func (s *survey) ask(ctx context.Context, p place) result {
	text, skew, err := s.fetch(ctx, p.address)
	if err != nil {
		return result{problems: []*Problem{{Place: p.name, Err: err}}}
	}
	r := s.pages(p.name, text)
	for _, process := range r.processes {
		for i, first := range process.First {
			if first != 0 {
				process.First[i] = first + int64(skew)
			}
		}
	}
	return r
}

// fetch returns the page at an address, and by how much the clock there is slow.
func (s *survey) fetch(ctx context.Context, a *address) (text []byte, skew time.Duration, err error) {
	response, err := s.get(ctx, a, "")
	if err == nil && response.StatusCode != http.StatusOK && a.name != "" && response.Header.Get("Goat-Main") == "" {
		// A proxy that serves several sites needs the name; a program built with
		// goat may not know its own name.
		response.Body.Close()
		response, err = s.get(ctx, a, a.name)
	}
	if err != nil {
		return nil, 0, s.unreachable(ctx, err)
	}
	defer response.Body.Close()
	text, err = s.body(ctx, response.Body)
	if err != nil {
		return nil, 0, fmt.Errorf("reading its answer: %w; try again, or give it longer with -timeout", s.late(ctx, err))
	}
	status := terminal.Word(beginning(response.Status))
	switch response.StatusCode {
	case http.StatusOK:
		return text, clockSkew(response.Header, time.Now()), nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, 0, fmt.Errorf("it answers %s; set GOAT_TOKEN to the token that the binary was started with", status)
	case http.StatusNotFound:
		return nil, 0, fmt.Errorf("it answers %s; it is probably not goat's port, see GOAT_PORT", status)
	}
	return nil, 0, fmt.Errorf("it answers %s: %s", status, complaint(text))
}

// get asks once, and again if a program is busy and says how long to wait.
func (s *survey) get(ctx context.Context, a *address, host string) (*http.Response, error) {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url.String(), nil)
		if err != nil {
			return nil, err
		}
		if s.Token != "" {
			request.Header.Set("Authorization", "Bearer "+s.Token)
		}
		request.Host = host
		response, err := client().Do(request)
		if err != nil {
			return nil, err
		}
		wait, err := strconv.Atoi(response.Header.Get("Retry-After"))
		end, limited := ctx.Deadline()
		if response.StatusCode != http.StatusServiceUnavailable || err != nil || wait < 1 ||
			limited && time.Until(end) <= time.Duration(wait)*time.Second {
			return response, nil
		}
		response.Body.Close()
		select {
		case <-time.After(time.Duration(wait) * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// client returns a client that talks only to the host and port that it was given,
// because the token is for them alone. A proxy would see the token, and a redirect
// would send it elsewhere.
func client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(request *http.Request, via []*http.Request) error {
			first := via[0].URL
			if request.URL.Scheme != first.Scheme || request.URL.Host != first.Host {
				return fmt.Errorf("it sends on to %s, which is not followed", request.URL.Host)
			}
			if len(via) > 3 {
				return errors.New("it sends on and on")
			}
			return nil
		},
	}
}

// body reads an answer. Only a few large ones are held at once.
func (s *survey) body(ctx context.Context, r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, largePage))
	if err != nil || len(text) < largePage {
		return text, err
	}
	select {
	case s.large <- struct{}{}:
		defer func() { <-s.large }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	rest, err := bounded.ReadAll(r, trackpage.MaxBytes-largePage)
	if errors.Is(err, bounded.ErrTooLarge) {
		return nil, fmt.Errorf("it holds more than %d MB, %w", trackpage.MaxBytes>>20, bounded.ErrTooLarge)
	}
	return append(text, rest...), err
}

// unreachable says why there was no answer.
func (s *survey) unreachable(ctx context.Context, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the outer error has the address, and the query with its token
	}
	return fmt.Errorf("%w; check that the binary runs, was built with goat, and listens there (GOAT_PORT, GOAT_METRICS_IP)", s.late(ctx, err))
}

// late adds to an error that the time was over.
func (s *survey) late(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v", s.Timeout)
	}
	return err
}

// clockSkew says by how much a server's clock is slow. It ignores differences that
// the header's precision and the network can explain.
func clockSkew(header http.Header, now time.Time) time.Duration {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0
	}
	if skew := now.Sub(theirs); skew > 3*time.Second || skew < -2*time.Second {
		return skew
	}
	return 0
}

// complaint returns the error in an answer: {"error": …}, or text.
func complaint(body []byte) string {
	var answer struct{ Error string }
	text := string(body)
	if len(body) < 1<<16 && json.Unmarshal(body, &answer) == nil && answer.Error != "" {
		text = answer.Error
	}
	return terminal.Word(strings.TrimSpace(beginning(text)))
}

// beginning returns as much of a text as fits into an error message.
func beginning(text string) string { return text[:min(len(text), 1000)] }

// shownURL returns a URL without secrets: a password and a token.
func shownURL(u *url.URL) string {
	v := *u
	v.User = nil
	if q := v.Query(); q.Has("token") {
		q.Del("token")
		v.RawQuery = q.Encode()
	}
	return v.String()
}

// shown returns the part of a text that may be shown; the text should have been a
// URL.
func shown(text string) string {
	text, _, _ = strings.Cut(text, "?")
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		return "…" + text[i:]
	}
	return text
}
