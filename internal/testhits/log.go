package testhits

import (
	"bytes"
	"io"
	"strings"
)

// Setting is the part of GODEBUG that makes the go command say what it does with
// cached results.
const Setting = "gocachetest=1"

// Log is what the go command said about its test cache during one go test. It reads
// the go command's standard error, and passes on everything else in it.
type Log struct {
	rest    io.Writer
	pending []byte // of a line that is not complete yet
	results map[string]*result
}

// result is what the go command did with the result of a package.
type result struct {
	found string   // the key of the result if it came from the cache; "" if it did not
	saved []string // the keys under which it was saved
}

// NewLog returns an empty log that passes other text on to rest.
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
	if len(l.pending) > 0 && !mayBeOurs(l.pending) { // a prompt, or another line without an end
		_, err := l.rest.Write(l.pending)
		l.pending = l.pending[:0]
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Close passes on what is left.
func (l *Log) Close() error {
	_, err := l.rest.Write(l.pending)
	l.pending = nil
	return err
}

const prefix = "testcache: "

// mayBeOurs reports whether the beginning of a line may be one of the lines about
// the test cache.
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
