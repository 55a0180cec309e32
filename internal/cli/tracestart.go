package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/terminal"
)

// startPath is where a binary is asked to record (docs/tracing.md).
const startPath = "/trace/start"

// started is the answer of a binary that records now.
type started struct {
	RunID string `json:"runId"`
	Dir   string `json:"dir"` // the run's folder on the binary's machine
	Hub   string `json:"hub"` // or the hub that gets it
}

func (t *tracing) start(args []string) error {
	fs := t.flags("start", "[host:port]")
	long := fs.Duration("for", 10*time.Second, "record for this `time`")
	steps := fs.Uint64("steps", 0, "end the recording after `n` steps; 0 for no limit")
	bytes := fs.Uint64("bytes", 0, "end it after `n` bytes; 0 for the binary's own limit")
	values := fs.Bool("values", false, "record the values of variables, too")
	timeout := fs.Duration("timeout", 10*time.Second, "wait this `time` for the answer")
	args, err := t.parse(fs, args)
	if err != nil {
		return err
	}
	if *long <= 0 || *timeout <= 0 {
		return usagef("-for and -timeout take a time such as 10s")
	}
	place := t.orLocal(args)
	if len(place) > 1 {
		return usagef("it asks one binary, got %q", args)
	}
	query := url.Values{"for": {long.String()}}
	for name, n := range map[string]uint64{"steps": *steps, "bytes": *bytes} {
		if n > 0 {
			query.Set(name, strconv.FormatUint(n, 10))
		}
	}
	if given(fs, "values") {
		query.Set("values", strconv.FormatBool(*values))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	answer, err := t.ask(ctx, place[0], query)
	if err != nil {
		return fmt.Errorf("asking %s to record: %w", place[0], err)
	}
	where := cmp.Or(answer.Dir, answer.Hub, "the place that its environment names")
	next := ""
	if answer.Dir != "" {
		next = fmt.Sprintf("; then: goat trace show -dir %s", answer.Dir)
	}
	_, err = fmt.Fprintf(t.stdout, "%s\n", terminal.Line(fmt.Sprintf("run %s is recorded for %v into %s%s", answer.RunID, *long, where, next)))
	return err
}

// startURL returns where a place is asked: host:port, or a URL with or without a
// path.
func startURL(place string, query url.Values) (string, error) {
	if !strings.Contains(place, "://") {
		if _, _, err := net.SplitHostPort(place); err != nil {
			return "", usagef("%q is not host:port; write for example 127.0.0.1:57005", place)
		}
		place = "http://" + place
	}
	u, err := url.Parse(place)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", usagef("%q is no address of a binary; write host:port, or http://host:port", place)
	}
	u.Path, u.RawQuery = startPath, query.Encode()
	return u.String(), nil
}

// ask sends the request. The token goes to the named address alone: no proxy is
// used and no redirection is followed.
func (t *tracing) ask(ctx context.Context, place string, query url.Values) (started, error) {
	var answer started
	address, err := startURL(place, query)
	if err != nil {
		return answer, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	if err != nil {
		return answer, err
	}
	if token := strings.TrimSpace(t.getenv("GOAT_TOKEN")); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return answer, fmt.Errorf("%w; check that the binary runs, was built with goat, and listens there (GOAT_PORT, GOAT_METRICS_IP)", err)
	}
	defer response.Body.Close()
	text, err := bounded.ReadAll(response.Body, 64<<10)
	if err != nil {
		return answer, fmt.Errorf("reading its answer: %w", err)
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusAccepted {
		return answer, refusal(response, text)
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.RunID == "" {
		return answer, fmt.Errorf("its answer names no run: %q", text[:min(len(text), 100)])
	}
	return answer, nil
}

// refusal says why a binary does not record, and what helps.
func refusal(response *http.Response, text []byte) error {
	said, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	said = strings.TrimSuffix(response.Status+": "+strings.TrimSpace(said), ": ")
	switch response.StatusCode {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Errorf("it answers %s; it was built without a trace scope (build it with -trace-scope=changed), or this is not goat's port (GOAT_PORT)", said)
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("it answers %s; set GOAT_TOKEN to the token that the binary was started with, or ask from its own machine", said)
	}
	return fmt.Errorf("it answers %s", said)
}
