package page

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/trace"
)

// Serve answers a request.
func Serve(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/trace":
		if allow(w, r, http.MethodGet) {
			answer(w, trace.State())
		}
	case "/trace/start":
		if !allow(w, r, http.MethodPost) {
			return
		}
		limits, err := asked(r.URL.RawQuery)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		settle(w, func() (trace.Status, error) { return trace.Begin(limits) })
	case "/trace/stop":
		if allow(w, r, http.MethodPost) {
			settle(w, trace.End)
		}
	default:
		http.Error(w, "not found; use /trace, /trace/start or /trace/stop", http.StatusNotFound)
	}
}

func allow(w http.ResponseWriter, r *http.Request, method string) bool {
	if r.Method == method {
		return true
	}
	w.Header().Set("Allow", method)
	http.Error(w, "method not allowed; use "+method, http.StatusMethodNotAllowed)
	return false
}

// asked reads the parameters of /trace/start.
func asked(query string) (map[string]string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the query cannot be read: " + err.Error() + "; escape it as a URL wants")
	}
	limits := make(map[string]string, len(values))
	for name, texts := range values {
		if name == "token" {
			continue
		}
		if len(texts) > 1 {
			return nil, errors.New(name + " is there twice; leave one out")
		}
		limits[name] = texts[0]
	}
	return limits, nil
}

// settle does something and answers with what is recorded then.
func settle(w http.ResponseWriter, do func() (trace.Status, error)) {
	s, err := do()
	if err == nil {
		answer(w, s)
		return
	}
	status := http.StatusServiceUnavailable
	switch {
	case errors.Is(err, trace.ErrRecording), errors.Is(err, trace.ErrIdle):
		status = http.StatusConflict
	case errors.As(err, new(trace.ErrAsked)):
		status = http.StatusBadRequest
	}
	http.Error(w, err.Error(), status)
}

func answer(w http.ResponseWriter, s trace.Status) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(appendStatus(nil, s))
}

func appendStatus(b []byte, s trace.Status) []byte {
	b = strconv.AppendBool(append(b, `{"recording":`...), s.RunID != "" && s.End == "")
	if s.RunID == "" {
		return append(b, "}\n"...)
	}
	text := func(name, value string) {
		if value != "" {
			b = rt.AppendJSONString(append(b, `,"`+name+`":`...), value)
		}
	}
	number := func(name string, n uint64) { b = strconv.AppendUint(append(b, `,"`+name+`":`...), n, 10) }
	text("runId", s.RunID)
	text("dir", s.Dir)
	text("hub", s.Hub)
	text("launchMethod", s.Launch)
	text("createdAt", s.Begun.UTC().Format(time.RFC3339Nano))
	if s.For > 0 {
		text("for", s.For.String())
	}
	text("end", s.End)
	b = strconv.AppendBool(append(b, `,"values":`...), s.Values)
	number("steps", s.Steps)
	number("bytes", s.Bytes)
	number("lost", s.Lost)
	return append(b, "}\n"...)
}
