package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/terminal"
)

func trackCommand() command {
	return command{
		name:  "track",
		args:  "[file.json ...]",
		short: "print which points of a running binary have been hit",
		long: `Track asks a running binary for /track and prints a table: a mark, how often the
point was hit, its place, function and kind. With files it prints those in its
place: the ones that a binary wrote to GOAT_DIR at its end.

The binary is looked for where it listens by default, at 127.0.0.1 and the port
GOAT_PORT or 57005. GOAT_TOKEN is sent when it is set, to that address alone:
no proxy is used, and no redirection to another host or port followed.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			var q trackQuery
			fs.StringVar(&q.addr, "addr", "", "ask the binary at `host:port`")
			fs.StringVar(&q.component, "component", "", "show these components only: `names` or ids, separated by commas")
			fs.StringVar(&q.file, "file", "", "show points in this `file` only, * for any text")
			fs.StringVar(&q.pkg, "package", "", "show points of this `package` only, * for any text")
			fs.StringVar(&q.function, "func", "", "show points in this `function` only, * for any text")
			fs.StringVar(&q.covered, "covered", "", "show only points that have been hit, or only those that have not: `true|false`")
			fs.StringVar(&q.order, "order", "2", "sort by count (0), count descending (1), id (2) or id descending (3): a `number`")
			asJSON := fs.Bool("json", false, "print /track's JSON as it is")
			return func(args []string) error {
				if len(args) > 0 {
					return p.trackFiles(fs, args, *asJSON)
				}
				return p.track(q, *asJSON)
			}
		},
	}
}

// trackQuery says whom to ask for what.
type trackQuery struct {
	addr, component, file, pkg, function, covered, order string
}

func (p *program) track(q trackQuery, asJSON bool) error {
	address, err := p.trackURL(q)
	if err != nil {
		return err
	}
	body, err := p.fetch(address)
	if err != nil {
		return err
	}
	return p.printTrack(body, address.Host, asJSON)
}

func (p *program) trackFiles(fs *flag.FlagSet, files []string, asJSON bool) error {
	var filter string
	fs.Visit(func(f *flag.Flag) {
		if f.Name != "json" {
			filter = f.Name
		}
	})
	if filter != "" {
		return usagef("-%s asks a running binary and files stand behind it; use one of the two", filter)
	}
	for i, name := range files {
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		data, err := bounded.ReadFile(name, maxPage)
		if err != nil {
			return fmt.Errorf("reading hits: %w; name a file that a binary wrote to GOAT_DIR", err)
		}
		if err := p.printTrack(data, name, asJSON); err != nil {
			return err
		}
	}
	return nil
}

// trackURL returns the address to ask.
func (p *program) trackURL(q trackQuery) (*url.URL, error) {
	addr := q.addr
	if addr == "" {
		port := p.getenv("GOAT_PORT")
		if port == "" || port == "0" {
			port = "57005"
		}
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	addr = strings.TrimSuffix(strings.TrimPrefix(addr, "http://"), "/")
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, usagef("-addr %q is not host:port; write for example 127.0.0.1:57005", q.addr)
	}
	values := url.Values{}
	for name, value := range map[string]string{
		"component": q.component, "file": q.file, "package": q.pkg, "func": q.function, "covered": q.covered, "order": q.order,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return &url.URL{Scheme: "http", Host: addr, Path: "/track", RawQuery: values.Encode()}, nil
}

func (p *program) fetch(address *url.URL) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, usagef("%q is not an address: %w; write for example 127.0.0.1:57005", address.Host, err)
	}
	if token := strings.TrimSpace(p.getenv("GOAT_TOKEN")); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	request.Host = hostHeader(address.Host)
	response, err := client().Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w; check that the binary runs, was built with goat-exec, and listens there (GOAT_PORT, GOAT_METRICS_IP)", address.Host, err)
	}
	defer response.Body.Close()
	body, err := bounded.ReadAll(response.Body, maxPage)
	if err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w; ask for less with -component, -package or -file, or try again", address.Host, err)
	}
	status := terminal.Word(beginning(response.Status))
	switch response.StatusCode {
	case http.StatusOK:
		return body, nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, fmt.Errorf("%s answers %s; set GOAT_TOKEN to the token that the binary was started with", address.Host, status)
	case http.StatusNotFound:
		return nil, fmt.Errorf("%s answers %s; it is probably not goat's port, see GOAT_PORT", address.Host, status)
	}
	return nil, fmt.Errorf("%s answers %s: %s", address.Host, status, complaint(body))
}

// hostHeader returns the host to ask for at an address. A binary answers requests
// for IP addresses, and for names only that it has been told (GOAT_HOSTS); so a
// name is looked up. What cannot be, stays as it is.
func hostHeader(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil || len(ips) == 0 {
		return address
	}
	return net.JoinHostPort(ips[0].Unmap().WithZone("").String(), port)
}

// client returns one that asks nobody but the host and port that it is told:
// the token is for them alone. A proxy would see it, and a redirection is
// another's choice.
func client() *http.Client {
	return &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{},
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

// complaint returns what an answer says is wrong: {"error": …}, or text.
func complaint(body []byte) string {
	var answer struct{ Error string }
	text := string(body)
	if len(body) < 1<<16 && json.Unmarshal(body, &answer) == nil && answer.Error != "" {
		text = answer.Error
	}
	return terminal.Word(strings.TrimSpace(beginning(text)))
}

// beginning returns as much of a text as an error message has room for.
func beginning(text string) string { return text[:min(len(text), 1000)] }
