package uplink_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/uplink"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// hub is a hub for tests: it keeps what it is told, unless its script answers.
type hub struct {
	*httptest.Server
	mu       sync.Mutex
	script   func(r *http.Request) int // a status, 0 for the hub's own answer
	runs     []string                  // announcements
	tables   map[string]string
	segments map[string][]byte // by path
	requests []string
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{tables: map[string]string{}, segments: map[string][]byte{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.CloseClientConnections)
	t.Cleanup(h.Close)
	t.Setenv("GOAT_HUB", h.URL)
	t.Setenv("GOAT_HUB_TOKEN", "sesame")
	return h
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body, _ := io.ReadAll(z)
	h.mu.Lock()
	script := h.script
	h.requests = append(h.requests, r.Method+" "+r.URL.Path)
	h.mu.Unlock()
	status := 0
	if script != nil {
		status = script(r)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/runs/"), "/")[0]
	problem := func(status int, name string) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"type":"urn:goat:problem:%s","detail":"no"}`, name)
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer sesame" || r.Header.Get("Goat-Protocol") != "1" || r.Method != http.MethodPut:
		problem(http.StatusForbidden, "forbidden")
	case status == http.StatusNotFound:
		problem(status, "unknown-run")
	case status != 0:
		problem(status, "busy")
	case strings.HasPrefix(r.URL.Path, "/api/v1/tables/"):
		h.tables[strings.TrimPrefix(r.URL.Path, "/api/v1/tables/")] = string(body)
		fmt.Fprint(w, `{"digest":"x"}`)
	case strings.Contains(r.URL.Path, "/segments/"):
		if len(h.runs) == 0 {
			problem(http.StatusNotFound, "unknown-run")
			return
		}
		h.segments[r.URL.Path] = body
		fmt.Fprint(w, `{"acked":1}`)
	default:
		h.runs = append(h.runs, string(body))
		wants := []string{}
		for _, digest := range []string{"one", "two"} {
			if h.tables[digest] == "" {
				wants = append(wants, digest)
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"runId": id, "wants": wants})
	}
}

func (h *hub) answer(script func(r *http.Request) int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.script = script
}

func (h *hub) count() (runs, tables, segments int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.runs), len(h.tables), len(h.segments)
}

// until waits for a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func open(t *testing.T, wait bool, gone func()) *uplink.Output {
	t.Helper()
	o, err := uplink.Open(trace.RunID{1, 2}, wait, gone)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Describe([]byte(`{"runId":"begin"}`), []trace.Table{{Digest: "one", Text: "table one"}, {Digest: "two", Text: "table two"}}); err != nil {
		t.Fatal(err)
	}
	return o.(*uplink.Output)
}

// end closes a run, describes its end, and waits until it is sent.
func end(t *testing.T, o *uplink.Output) {
	t.Helper()
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.Describe([]byte(`{"runId":"end"}`), nil); err != nil {
		t.Fatal(err)
	}
	until(t, "the end of the sending", o.Done)
}

func write(o *uplink.Output, number uint64, size int) error {
	return o.Write(wire.Head{Trace: 1, Number: number, First: number, Steps: 1}, make([]byte, size))
}

// TestSends: a run is announced, its tables follow once, then its segments in order,
// and last that it has ended.
func TestSends(t *testing.T) {
	h := newHub(t)
	o := open(t, false, nil)
	for i := range 5 {
		if err := write(o, uint64(i+1), 100); err != nil {
			t.Fatal(err)
		}
	}
	end(t, o)
	want := []string{"PUT /api/v1/runs/ID", "PUT /api/v1/tables/one", "PUT /api/v1/tables/two"}
	for i := range 5 {
		want = append(want, "PUT /api/v1/runs/ID/segments/1/"+strconv.Itoa(i+1))
	}
	want = append(want, "PUT /api/v1/runs/ID")
	got := strings.ReplaceAll(strings.Join(h.requests, "\n"), trace.RunID{1, 2}.String(), "ID")
	if got != strings.Join(want, "\n") {
		t.Errorf("got requests\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if h.tables["two"] != "table two" || h.runs[len(h.runs)-1] != `{"runId":"end"}` {
		t.Errorf("got tables %q and runs %q", h.tables, h.runs)
	}
	for path, data := range h.segments {
		head, err := wire.ParseHead(data)
		if err != nil || !head.Check(data[:wire.HeadSize], data[wire.HeadSize:]) || !strings.HasSuffix(path, "/1/"+strconv.FormatUint(head.Number, 10)) {
			t.Errorf("%s: got head %+v, %v", path, head, err)
		}
	}
	if err := write(o, 6, 1); err == nil {
		t.Error("got a segment taken after the end")
	}
	dir, url := o.Place()
	if dir != "" || url != h.URL {
		t.Errorf("got place %q %q, want the hub's address", dir, url)
	}
}

// TestAwayAndBack: nobody waits while the hub is away. When it is back, everything that
// was taken arrives, each segment under its number.
func TestAwayAndBack(t *testing.T) {
	h := newHub(t)
	h.answer(func(*http.Request) int { return http.StatusServiceUnavailable })
	o := open(t, false, nil)
	const segments = 20
	for i := range segments {
		if err := write(o, uint64(i+1), 1000); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "a request", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return len(h.requests) > 1 })
	var tries int
	h.answer(func(r *http.Request) int { // every second request fails
		if tries++; tries%2 == 0 && strings.Contains(r.URL.Path, "/segments/1/7") {
			return http.StatusInternalServerError
		}
		return 0
	})
	end(t, o)
	if _, tables, got := h.count(); got != segments || tables != 2 {
		t.Errorf("got %d segments and %d tables, want %d and 2", got, tables, segments)
	}
}

// TestFull: with drop a segment is lost at once when 16 MiB wait; with block its
// goroutine waits until there is room.
func TestFull(t *testing.T) {
	h := newHub(t)
	release := make(chan bool)
	h.answer(func(r *http.Request) int {
		if strings.Contains(r.URL.Path, "/segments/") {
			<-release
		}
		return 0
	})
	dropping, blocking := open(t, false, nil), open(t, true, nil)
	const size = 1 << 20
	var lost int
	for i := range 40 {
		if write(dropping, uint64(i+1), size) != nil {
			lost++
		}
	}
	if lost < 23 || lost > 25 { // one of 16 may be counted while it is sent
		t.Errorf("got %d of 40 segments of 1 MiB dropped, want 25 or so", lost)
	}
	written := make(chan int, 100)
	go func() {
		for i := range 40 {
			if err := write(blocking, uint64(i+1), size); err != nil {
				t.Error(err)
			}
			written <- i
		}
		close(written)
	}()
	until(t, "15 segments", func() bool { return len(written) >= 15 })
	if n := len(written); n > 16 {
		t.Errorf("got %d segments taken, want 16 at most", n)
	}
	close(release)
	until(t, "all segments", func() bool { return len(written) == 40 })
	end(t, blocking)
	end(t, dropping)
}

// TestGone: when the hub has deleted the run, the recording is told, and nothing more
// is sent.
func TestGone(t *testing.T) {
	h := newHub(t)
	told := make(chan bool, 10)
	o := open(t, true, func() { told <- true })
	if err := write(o, 1, 10); err != nil {
		t.Fatal(err)
	}
	until(t, "a segment", func() bool { _, _, n := h.count(); return n == 1 })
	h.answer(func(*http.Request) int { return http.StatusGone })
	if err := write(o, 2, 10); err != nil {
		t.Fatal(err)
	}
	select {
	case <-told:
	case <-time.After(patience):
		t.Fatal("nobody was told")
	}
	until(t, "the end", o.Done)
	if err := write(o, 3, 10); err == nil {
		t.Error("got a segment taken of a run that was deleted")
	}
}

// TestUnknownRun: a hub that has forgotten the run gets it announced again, and the
// segment again.
func TestUnknownRun(t *testing.T) {
	h := newHub(t)
	o := open(t, false, nil)
	until(t, "tables", func() bool { _, n, _ := h.count(); return n == 2 })
	var once sync.Once
	h.answer(func(r *http.Request) int {
		status := 0
		if strings.Contains(r.URL.Path, "/segments/") {
			once.Do(func() { status = http.StatusNotFound })
		}
		return status
	})
	if err := write(o, 1, 10); err != nil {
		t.Fatal(err)
	}
	end(t, o)
	if runs, _, segments := h.count(); runs != 3 || segments != 1 {
		t.Errorf("got %d announcements and %d segments, want 3 and 1", runs, segments)
	}
}

// TestRefused: a segment that the hub does not take is dropped, and the next ones follow.
func TestRefused(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity} {
		h := newHub(t)
		h.answer(func(r *http.Request) int {
			if strings.HasSuffix(r.URL.Path, "/1/2") {
				return status
			}
			return 0
		})
		o := open(t, false, nil)
		for i := range 3 {
			if err := write(o, uint64(i+1), 10); err != nil {
				t.Fatal(err)
			}
		}
		end(t, o)
		if _, _, n := h.count(); n != 2 {
			t.Errorf("status %d: got %d segments, want the other 2", status, n)
		}
	}
}

// TestWait: the end of the program waits for as long as GOAT_HUB_WAIT says, and not
// longer. Without it, with drop, it does not wait.
func TestWait(t *testing.T) {
	h := newHub(t)
	h.answer(func(*http.Request) int { return http.StatusServiceUnavailable })
	for _, wait := range []string{"", "300ms"} {
		t.Setenv("GOAT_HUB_WAIT", wait)
		o := open(t, false, nil)
		begun := time.Now()
		o.Wait()
		if took := time.Since(begun); wait == "" && took > 10*time.Second || wait != "" && took < 250*time.Millisecond {
			t.Errorf("GOAT_HUB_WAIT=%s: waited %v", wait, took)
		}
	}
	h.answer(nil)
	t.Setenv("GOAT_HUB_WAIT", "1m")
	o := open(t, false, nil)
	if err := write(o, 1, 10); err != nil {
		t.Fatal(err)
	}
	_ = o.Close()
	_ = o.Describe([]byte(`{"runId":"end"}`), nil)
	o.Wait()
	if _, _, n := h.count(); n != 1 || !o.Done() {
		t.Errorf("got %d segments, done %t; want all sent before the end", n, o.Done())
	}
}
