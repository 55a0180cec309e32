package testhits

import (
	"bytes"
	"io"
	"strings"
)

// Setting is what has the go command say what it does with cached results, as a part
// of GODEBUG.
const Setting = "gocachetest=1"

// Log is what the go command said of its test cache, of one go test. It is the go
// command's standard error, of which it hands on what others wrote.
type Log struct {
	rest    io.Writer
	pending []byte // of a line that has no end yet
	results map[string]*result
}

// result is what was done with the result of a package.
type result struct {
	found string   // the key of the result that was taken from the cache; "" for none
	saved []string // the keys under which it was kept
}

// NewLog returns an empty log that hands on to rest.
func NewLog(rest io.Writer) *Log { return &Log{rest: rest, results: make(map[string]*result)} }

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	n := len(p)
	for {
		line, rest, whole := bytes.Cut(p, []byte("\n"))
		l.pending = append(l.pending, line...)
		if !whole {
			break
		}
		p = rest
		if err := l.line(append(l.pending, '\n')); err != nil {
			return 0, err
		}
		l.pending = l.pending[:0]
	}
	if len(l.pending) > 0 && !mayBeOurs(l.pending) { // a prompt, or a line without end
		_, err := l.rest.Write(l.pending)
		l.pending = l.pending[:0]
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Close hands on what is left.
func (l *Log) Close() error {
	_, err := l.rest.Write(l.pending)
	l.pending = nil
	return err
}

const prefix = "testcache: "

// mayBeOurs reports whether the beginning of a line may become one of the test
// cache's.
func mayBeOurs(begin []byte) bool {
	n := min(len(begin), len(prefix))
	return string(begin[:n]) == prefix[:n]
}

func (l *Log) line(line []byte) error {
	text, ours := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), prefix)
	if !ours {
		_, err := l.rest.Write(line)
		return err
	}
	name, what, ok := strings.Cut(text, ": ")
	if !ok || strings.HasPrefix(text, "caching disabled") {
		return nil
	}
	r := l.results[name]
	if r == nil {
		r = new(result)
		l.results[name] = r
	}
	key := what[strings.LastIndexByte(what, ' ')+1:]
	switch {
	case strings.HasPrefix(what, "save test ID "):
		r.saved, r.found = append(r.saved, key), ""
	case strings.HasPrefix(what, "test ID ") && strings.Contains(what, " => input ID "):
		r.found = key
	case strings.HasPrefix(what, "test ID "): // a look-up begins
		r.found = ""
	default: // "test output not found", and whatever else makes the result no use
		r.found = ""
	}
	return nil
}
