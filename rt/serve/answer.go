package serve

import (
	"compress/gzip"
	"io"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/rt"
)

// asked is a page that a client asks for.
type asked struct {
	metrics     bool
	contentType string
	values      url.Values // the parameters that it depends on
	// read looks at a report: the page's tag for ETag, "" for none, and what writes
	// the page. An error is the client's.
	read func(*rt.Report) (tag string, write func(io.Writer) error, err error)
}

// key tells pages of one report apart.
func (a asked) key(compressed bool) string {
	return a.contentType + " " + strconv.FormatBool(compressed) + " " + a.values.Encode()
}

const (
	// patience is how long a client may take for a piece of an answer.
	patience = 5 * time.Second
	// longestAnswer is how long it may take for all of it.
	longestAnswer = time.Minute
	// piece is what is sent at once: the kernel copies it in 10 µs or so.
	piece = 32 << 10
)

// answer sends the page: one that is kept, where nothing has changed since, or
// one rendered for this client, as long as there is something left of the
// budget and a slot.
func (s *server) answer(w http.ResponseWriter, r *http.Request, a asked) {
	if wait := s.budget.wait(a.metrics); wait > 0 {
		s.refuse(w, r, wait)
		return
	}
	job := &work{ctx: r.Context(), budget: s.budget, scrape: a.metrics}
	job.run()
	defer job.halt()
	out := &client{w: w, r: r, work: job, end: time.Now().Add(longestAnswer)}
	if done := s.answerKept(out, a, nil); done {
		return
	}
	job.halt()
	release := s.slots.take(r.Context(), a.metrics)
	if release == nil {
		s.refuse(w, r, time.Second)
		return
	}
	defer release()
	job.run()
	// Counters are read again: a report that waits for a slot would keep memory.
	s.answerKept(out, a, func(report *rt.Report, write func(io.Writer) error) {
		s.render(out, a, report.Digest(rt.Query{}), write)
	})
}

// answerKept answers with what takes no rendering: an error, "not modified", a
// header, a page that is kept. What is left it leaves to render; without that
// it returns false.
func (s *server) answerKept(out *client, a asked, render func(*rt.Report, func(io.Writer) error)) (done bool) {
	report, err := rt.ReadPaced(out.work.pace)
	if err != nil {
		return true // the client has gone
	}
	tag, write, err := a.read(report)
	if err != nil {
		writeError(out.w, http.StatusBadRequest, err.Error())
		return true
	}
	header := out.w.Header()
	if len(header.Values("Vary")) == 0 {
		header.Add("Vary", "Accept-Encoding")
	}
	if tag != "" {
		header.Set("ETag", tag)
		if matchesTag(out.r.Header.Values("If-None-Match"), tag) {
			out.w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	header.Set("Content-Type", a.contentType)
	if out.r.Method == http.MethodHead {
		return true
	}
	out.compressed = acceptsGzip(out.r.Header.Values("Accept-Encoding"))
	if out.compressed {
		header.Set("Content-Encoding", "gzip")
	}
	if page := s.kept.find(report.Digest(rt.Query{}), a.key(out.compressed)); page != nil {
		defer page.release()
		header.Set("Content-Length", strconv.Itoa(page.size))
		for _, p := range page.pieces {
			if _, err := out.Write(p); err != nil {
				break
			}
		}
		return true
	}
	if render != nil {
		render(report, write)
	}
	return render != nil
}

// render writes the page to the client while it is made, and keeps it.
func (s *server) render(out *client, a asked, state string, write func(io.Writer) error) {
	out.page = s.kept.newPage()
	defer out.forget()
	if err := out.encode(write); err != nil {
		out.abort()
		return
	}
	if out.page != nil {
		s.kept.add(state, a.key(out.compressed), out.page)
	}
}

// client is where an answer's body goes: in pieces, each of which the client
// has to take in time.
type client struct {
	w          http.ResponseWriter
	r          *http.Request
	work       *work
	end        time.Time
	compressed bool
	page       *keptPage // gets the body too; nil for none, or when it has grown too large
}

func (c *client) Write(text []byte) (n int, err error) {
	if c.page != nil && !c.page.write(text) {
		c.forget()
	}
	defer c.work.run()
	control := http.NewResponseController(c.w)
	for n < len(text) && err == nil {
		c.work.halt()
		runtime.Gosched() // as c.work.pace does, whose error is the write's
		deadline := time.Now().Add(patience)
		if deadline.After(c.end) {
			deadline = c.end
		}
		_ = control.SetWriteDeadline(deadline) // an error is the write's, too
		var m int
		m, err = c.w.Write(text[n:min(len(text), n+piece)])
		n += m
	}
	c.work.budget.use(time.Duration(n)*perMegabyte/(1<<20), c.work.scrape)
	return n, err
}

// forget keeps nothing of the body.
func (c *client) forget() {
	if c.page != nil {
		c.page.release()
		c.page = nil
	}
}

// abort closes the connection: a page that ends early must not look whole.
func (c *client) abort() {
	if conn := connectionOf(c.r.Context()); conn != nil {
		_ = conn.Close()
	}
}

// zippers hold gzip.Writers, most of a megabyte each.
var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
	return z
}}

func (c *client) encode(write func(io.Writer) error) error {
	if !c.compressed {
		return write(c)
	}
	z, _ := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(c)
	if err := write(z); err != nil {
		return err
	}
	return z.Close()
}

// refuse answers that the server has enough to do. Clients that ask again at
// once wait a moment for it.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	s.hold(r)
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	header := w.Header()
	for _, name := range []string{"ETag", "Content-Encoding"} { // the page's
		header.Del(name)
	}
	header.Set("Retry-After", seconds)
	header.Set("Connection", "close")
	text := "goat has enough to do and leaves the processor to the application; ask again in " + seconds + " s, ask less often, or set GOAT_CPU to more than " + strconv.Itoa(s.percent) + " percent of a core"
	if r.URL.Path == "/track" {
		writeError(w, http.StatusServiceUnavailable, text)
		return
	}
	http.Error(w, text, http.StatusServiceUnavailable)
}

// hold keeps a client waiting while the budget is used up.
func (s *server) hold(r *http.Request) {
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// matchesTag does the weak comparison of RFC 9110, section 13.1.2.
func matchesTag(headers []string, tag string) bool {
	opaque := strings.TrimPrefix(tag, "W/")
	for _, header := range headers {
		for candidate := range strings.SplitSeq(header, ",") {
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || strings.TrimPrefix(candidate, "W/") == opaque {
				return true
			}
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding: gzip, or * where gzip is not named, with a
// weight above 0.
func acceptsGzip(headers []string) bool {
	accepted := false
	for _, header := range headers {
		for entry := range strings.SplitSeq(header, ",") {
			coding, parameter, _ := strings.Cut(entry, ";")
			coding = strings.ToLower(strings.TrimSpace(coding))
			weight := strings.ReplaceAll(strings.ToLower(parameter), " ", "")
			zero := strings.HasPrefix(weight, "q=0") && strings.Trim(weight[len("q="):], "0.") == ""
			switch coding {
			case "gzip":
				return !zero
			case "*":
				accepted = !zero
			}
		}
	}
	return accepted
}
