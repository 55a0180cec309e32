package carry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Hub is a Target that is a running hub.
type Hub struct {
	URL   string
	Token string // "" for none
}

var _ Target = (*Hub)(nil)

// Announce implements Target.
func (h *Hub) Announce(ctx context.Context, id string, document []byte) ([]string, error) {
	var told struct{ Wants []string }
	err := h.call(ctx, http.MethodPut, "/api/v1/runs/"+id, document, &told)
	return told.Wants, err
}

// Table implements Target.
func (h *Hub) Table(ctx context.Context, digest string, content []byte) error {
	return h.call(ctx, http.MethodPut, "/api/v1/tables/"+url.PathEscape(digest), content, nil)
}

// Stored implements Target.
func (h *Hub) Stored(ctx context.Context, id string) (map[uint64][][2]uint64, error) {
	var list struct {
		Traces []struct {
			Trace    uint64
			Segments [][2]uint64
		}
	}
	if err := h.call(ctx, http.MethodGet, "/api/v1/runs/"+id+"/segments", nil, &list); err != nil {
		return nil, err
	}
	there := make(map[uint64][][2]uint64, len(list.Traces))
	for _, t := range list.Traces {
		there[t.Trace] = t.Segments
	}
	return there, nil
}

// Segment implements Target.
func (h *Hub) Segment(ctx context.Context, id string, trace, number uint64, segment []byte) error {
	return h.call(ctx, http.MethodPut, fmt.Sprintf("/api/v1/runs/%s/segments/%d/%d", id, trace, number), segment, nil)
}

// List implements Target.
func (h *Hub) List(ctx context.Context, limit int) ([]Listed, error) {
	var list struct{ Runs []Listed }
	err := h.call(ctx, http.MethodGet, "/api/v1/runs?limit="+strconv.Itoa(limit), nil, &list)
	return list.Runs, err
}

// Pin implements Target.
func (h *Hub) Pin(ctx context.Context, run string, pinned bool) error {
	method := http.MethodDelete
	if pinned {
		method = http.MethodPost
	}
	return h.call(ctx, method, "/api/v1/runs/"+url.PathEscape(run)+"/pin", nil, nil)
}

// Remove implements Target.
func (h *Hub) Remove(ctx context.Context, run string) error {
	return h.call(ctx, http.MethodDelete, "/api/v1/runs/"+url.PathEscape(run), nil, nil)
}

const (
	tries     = 5
	patience  = 2 * time.Minute // for a request
	maxAnswer = 64 << 20
)

// errBusy says that the hub asks to come again.
type errBusy struct {
	error
	after time.Duration
}

// call sends a request, again if the hub is busy, and decodes the answer. All calls
// may be repeated.
func (h *Hub) call(ctx context.Context, method, path string, body []byte, answer any) (err error) {
	for try := 1; ; try++ {
		err = h.once(ctx, method, path, body, answer)
		busy := errBusy{}
		if !errors.As(err, &busy) || try == tries {
			return err
		}
		select {
		case <-time.After(min(busy.after, 10*time.Second)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *Hub) once(ctx context.Context, method, path string, body []byte, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(h.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("calling the hub: %w; name it with --hub", err)
	}
	r.Header.Set("Goat-Protocol", "1")
	if h.Token != "" {
		r.Header.Set("Authorization", "Bearer "+h.Token)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("the hub redirects; name the address that it redirects to")
	}}
	resp, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("calling the hub: %w; name it with --hub, or a database with --trace-db", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("reading the hub's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(h.URL, resp, text)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s does not answer as a hub: %w", h.URL, err)
	}
	return nil
}

// refusal is the error of an answer.
func refusal(hub string, resp *http.Response, text []byte) error {
	var problem struct{ Detail string }
	if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("%s answers %s; is it a hub that takes recorded runs?", hub, resp.Status)
	}
	err := errors.New(problem.Detail)
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // 0 without one
		return errBusy{err, time.Duration(max(seconds, 1)) * time.Second}
	}
	return err
}
