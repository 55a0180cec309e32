package places

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trackpage"
)

// Hub is a hub, and says which of its releases are wanted.
type Hub struct {
	URL       string
	Token     string        // "" for none
	CA        string        // a PEM file that replaces the system's authorities; "" for none
	Cert, Key string        // PEM files of a client certificate; "" for none
	Timeout   time.Duration // for each request; 0 is 10 s

	Service string // an application's name, or a service's whole name
	Env     string // the service's environment; "" is any
	Commit  string // the beginning of a release's commit; "" is any
	Version string // a release's version; "" is any
}

// service and release are the hub's documents, with the members that are used here.
type service struct{ ID, Name, Env, Region, AppType, App, Cluster, Main string }

type release struct {
	ID, Revision, Commit, Version, State string
	FirstSeen                            time.Time
}

// Read asks the hub for the processes of the service's releases: the requested
// ones; without a request those of which an instance runs, and without any of these
// the newest.
func (h *Hub) Read(ctx context.Context) *Answer {
	answer := &Answer{Asked: 1}
	fail := func(err error) *Answer {
		answer.Problems = append(answer.Problems, &Problem{Place: shown(h.URL), Err: err})
		return answer
	}
	client, err := h.client()
	if err != nil {
		return fail(err)
	}
	s, err := h.service(ctx, client)
	if err != nil {
		return fail(err)
	}
	releases, err := h.releases(ctx, client, s)
	if err != nil {
		return fail(err)
	}
	for _, r := range releases {
		var document runsDocument
		header, err := h.get(ctx, client, "/api/v1/releases/"+url.PathEscape(r.ID)+"/runs", &document)
		if err != nil {
			return fail(err)
		}
		processes, err := document.processes(clockSkew(header, time.Now()))
		if err != nil {
			return fail(fmt.Errorf("reading release %s: %w", terminal.Word(r.Revision), err))
		}
		answer.Processes = append(answer.Processes, processes...)
		if n := len(document.Waiting); n > 0 {
			answer.Problems = append(answer.Problems, &Problem{Place: shown(h.URL), Err: fmt.Errorf("release %s: the points of %d of its builds have not arrived yet; ask again in a minute", terminal.Word(r.Revision), n)})
		}
	}
	return answer
}

// Gate asks the hub for its verdict on the one release that is wanted, and decodes it
// into document. query has the rules. If there is no such release, or there are
// several, why says so.
func (h *Hub) Gate(ctx context.Context, query url.Values, document any) (why string, err error) {
	client, err := h.client()
	if err != nil {
		return "", Refused{err}
	}
	s, err := h.service(ctx, client)
	if err != nil {
		return "", err
	}
	releases, err := h.releases(ctx, client, s)
	if err != nil {
		return "", err
	}
	if len(releases) > 1 {
		var names []string
		for _, r := range releases {
			names = append(names, terminal.Word(r.Revision))
		}
		return fmt.Sprintf("there are %d releases: %s; choose one with -commit, or wait until a rollout is over", len(names), strings.Join(names, "; ")), nil
	}
	path := "/api/v1/releases/" + url.PathEscape(releases[0].ID) + "/gate"
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	_, err = h.get(ctx, client, path, document)
	return "", err
}

// Refused is an error after which asking again does not help.
type Refused struct{ error }

// Unwrap returns the reason.
func (r Refused) Unwrap() error { return r.error }

// detailOf is a status with what the hub says about it.
func detailOf(text []byte, status string) string {
	var problem struct{ Detail string }
	if json.Unmarshal(text, &problem) == nil && problem.Detail != "" {
		return status + ": " + terminal.Word(beginning(problem.Detail))
	}
	return status + "; it is probably no hub, or an older one"
}

// service finds the one service that the user means.
func (h *Hub) service(ctx context.Context, client *http.Client) (service, error) {
	var all struct{ Services []service }
	if _, err := h.get(ctx, client, "/api/v1/services", &all); err != nil {
		return service{}, err
	}
	names := func(list []service) string {
		var names []string
		for _, s := range list {
			name := terminal.Word(s.Name)
			if s.Cluster != "" {
				name += " in cluster " + terminal.Word(s.Cluster)
			}
			names = append(names, fmt.Sprintf("%s (%s, id %s)", name, terminal.Word(s.Main), terminal.Word(s.ID)))
		}
		slices.Sort(names)
		const most = 20
		if len(names) > most {
			names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
		}
		return strings.Join(names, "; ")
	}
	var found []service
	for _, s := range all.Services {
		if (s.App == h.Service || s.Name == h.Service || s.ID == h.Service) && (h.Env == "" || s.Env == h.Env) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return service{}, fmt.Errorf("there are %d services %s; name one of them with -env, or its whole name or id with -service: %s", len(found), terminal.Word(h.Service), names(found))
	case len(all.Services) == 0:
		return service{}, errors.New("it knows no service that you may see; start one with GOAT_HUB, or set GOAT_HUB_TOKEN to a token with the role read")
	}
	env := ""
	if h.Env != "" {
		env = " in environment " + terminal.Word(h.Env)
	}
	return service{}, fmt.Errorf("it knows no service %s%s; it knows %s", terminal.Word(h.Service), env, names(all.Services))
}

// releases returns the releases of a service that are wanted.
func (h *Hub) releases(ctx context.Context, client *http.Client, s service) ([]release, error) {
	var all struct{ Releases []release }
	if _, err := h.get(ctx, client, "/api/v1/services/"+url.PathEscape(s.ID)+"/releases", &all); err != nil {
		return nil, err
	}
	asked := h.Commit != "" || h.Version != ""
	var found []release
	for _, r := range all.Releases {
		matches := strings.HasPrefix(r.Commit, h.Commit) && (h.Version == "" || r.Version == h.Version)
		if matches && (asked || r.State == "live" || r.State == "unreachable") {
			found = append(found, r)
		}
	}
	if len(found) == 0 && !asked && len(all.Releases) > 0 {
		newest := slices.MaxFunc(all.Releases, func(a, b release) int { return a.FirstSeen.Compare(b.FirstSeen) })
		found = []release{newest}
	}
	if len(found) == 0 {
		var known []string
		for _, r := range all.Releases[:min(len(all.Releases), 10)] {
			known = append(known, terminal.Word(r.Revision))
		}
		return nil, fmt.Errorf("service %s has no such release; it has %s", terminal.Word(s.Name), cmp.Or(strings.Join(known, ", "), "none yet"))
	}
	return found, nil
}

// client returns a client for the hub that follows no redirect. Unlike a running
// binary, a hub may be behind a proxy.
func (h *Hub) client() (*http.Client, error) {
	if u, err := url.Parse(h.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, errors.New("it is no address of a hub; write for example http://hub:8089, and a token into GOAT_HUB_TOKEN")
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if h.CA != "" {
		text, err := bounded.ReadFile(h.CA, 16<<20)
		if err != nil {
			return nil, fmt.Errorf("reading GOAT_HUB_CA: %w; name a PEM file of certificates", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("reading GOAT_HUB_CA: %s holds no certificate; name a PEM file of certificates", h.CA)
		}
	}
	if h.Cert != "" || h.Key != "" {
		pair, err := tls.LoadX509KeyPair(h.Cert, h.Key)
		if err != nil {
			return nil, fmt.Errorf("reading GOAT_HUB_CERT and GOAT_HUB_KEY: %w; name PEM files", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, DisableKeepAlives: true},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return fmt.Errorf("it sends on to %s, which is not followed; name that address", r.URL.Host)
		},
	}, nil
}

// get asks for a document.
func (h *Hub) get(ctx context.Context, client *http.Client, path string, document any) (http.Header, error) {
	header, text, err := h.call(ctx, client, http.MethodGet, path, nil, "read")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, document); err != nil {
		return nil, errors.New("its answer is none of a hub; name the address that goat-hub serve prints")
	}
	return header, nil
}

// Put sends a JSON document. It needs the role push.
func (h *Hub) Put(ctx context.Context, path string, document []byte) error {
	client, err := h.client()
	if err != nil {
		return Refused{err}
	}
	_, _, err = h.call(ctx, client, http.MethodPut, path, document, "push")
	return err
}

// call sends a request that needs a role, and returns the answer.
func (h *Hub) call(ctx context.Context, client *http.Client, method, path string, body []byte, role string) (http.Header, []byte, error) {
	timeout := cmp.Or(h.Timeout, defaultTimeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(h.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if h.Token != "" {
		request.Header.Set("Authorization", "Bearer "+h.Token)
	}
	late := func(err error) error {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return fmt.Errorf("no answer within %v", timeout)
		}
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			return wrapped.Err
		}
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; check that goat-hub runs there (goat-hub serve), and GOAT_HUB_CA and HTTPS_PROXY", late(err))
	}
	defer response.Body.Close()
	text, err := bounded.ReadAll(response.Body, trackpage.MaxBytes)
	if err != nil {
		return nil, nil, fmt.Errorf("reading its answer: %w; try again, or give it longer with -timeout", late(err))
	}
	status := terminal.Word(beginning(response.Status))
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, nil, Refused{fmt.Errorf("it answers %s; set GOAT_HUB_TOKEN to a token with the role %s", status, role)}
	case http.StatusBadRequest:
		return nil, nil, Refused{fmt.Errorf("it answers %s", detailOf(text, status))}
	default:
		return nil, nil, fmt.Errorf("it answers %s", detailOf(text, status))
	}
	return response.Header, text, nil
}
