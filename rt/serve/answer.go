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

// asked is a request for a page.
type asked struct {
	metrics     bool
	contentType string
	values      url.Values // the parameters that the page depends on
	// read takes a report and returns the page's tag for ETag ("" for none) and
	// a function that writes the page. An error is the client's mistake.
	read func(*rt.Report) (tag string, write func(io.Writer) error, err error)
}

// key identifies the page among those of one report.
func (a asked) key(compressed bool) string {
	return a.contentType + " " + strconv.FormatBool(compressed) + " " + a.values.Encode()
}

const (
	// patience is how long a client may take to accept a piece of an answer.
	patience = 5 * time.Second
	// longestAnswer is how long it may take for the whole answer.
	longestAnswer = time.Minute
	// piece is how much is sent at once; the kernel copies it in about 10 µs.
	piece = 32 << 10
)

// answer sends the page. It sends a stored page if nothing has changed since,
// and otherwise renders one, if budget and a slot are left.
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
	// The counters are read again, because a report that waits for a slot would
	// hold memory.
	s.answerKept(out, a, func(report *rt.Report, write func(io.Writer) error) {
		s.render(out, a, report.Digest(rt.Query{}), write)
	})
}

// answerKept sends answers that need no rendering: an error, "not modified",
// only a header, or a stored page. Otherwise it calls render, or returns false
// if that is nil.
func (s *server) answerKept(out *client, a asked, render func(*rt.Report, func(io.Writer) error)) (done bool) {
	report, err := rt.ReadPaced(out.work.pace)
	if err != nil {
		return true // the client is gone
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

// render writes the page to the client while rendering it, and stores it.
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

// client receives the body of an answer in pieces. The client has to accept
// each of them in time.
type client struct {
	w          http.ResponseWriter
	r          *http.Request
	work       *work
	end        time.Time
	compressed bool
	page       *keptPage // also gets the body; nil for none, or if it is too large
}

func (c *client) Write(text []byte) (n int, err error) {
	if c.page != nil && !c.page.write(text) {
		c.forget()
	}
	defer c.work.run()
	control := http.NewResponseController(c.w)
	for n < len(text) && err == nil {
		c.work.halt()
		runtime.Gosched() // as c.work.pace does; its error is returned by Write
		deadline := time.Now().Add(patience)
		if deadline.After(c.end) {
			deadline = c.end
		}
		_ = control.SetWriteDeadline(deadline) // an error shows when writing
		var m int
		m, err = c.w.Write(text[n:min(len(text), n+piece)])
		n += m
	}
	c.work.budget.use(time.Duration(n)*perMegabyte/(1<<20), c.work.scrape)
	return n, err
}

// forget stops storing the body.
func (c *client) forget() {
	if c.page != nil {
		c.page.release()
		c.page = nil
	}
}

// abort closes the connection, so that an incomplete page does not look
// complete.
func (c *client) abort() {
	if conn := connectionOf(c.r.Context()); conn != nil {
		_ = conn.Close()
	}
}

// zippers holds gzip.Writers, which take most of a megabyte each.
var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
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

// refuse answers that the server is busy. Clients that ask again at once have
// to wait a moment.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	s.hold(r)
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	header := w.Header()
	for _, name := range []string{"ETag", "Content-Encoding"} { // they belong to the page
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

// matchesTag is the weak comparison of RFC 9110, section 13.1.2.
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

// acceptsGzip reports whether Accept-Encoding lists gzip with a weight above 0,
// or * if gzip is not listed.
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
