package push

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/goat-trace/goat/rt/warning"
)

// Line is a connection to the hub for what does not go with the pushes. It reads the
// same variables as they do. One goroutine at a time may use it.
type Line struct {
	conn  *connection
	voice voice
	fails int
}

// NewLine reads the variables. It connects when there is something to send.
func NewLine(getenv func(string) string) (*Line, error) {
	s, err := newSettings(getenv)
	if err != nil {
		return nil, err
	}
	return &Line{conn: newConnection(s)}, nil
}

// Hub is the hub's address, without a password.
func (l *Line) Hub() string { return l.conn.hub.Redacted() }

// Patience is how long the end of the program may wait: GOAT_HUB_WAIT.
func (l *Line) Patience() time.Duration { return l.conn.wait }

// Close closes the connection.
func (l *Line) Close() { l.conn.close() }

// Outcome is what an answer to Put means.
type Outcome int

// The outcomes.
const (
	Stored  Outcome = iota
	Refused         // it would be refused again
	Unknown         // the hub does not know what the document belongs to
	Gone            // what it belongs to was deleted
	Later           // not now
)

// Reply is the answer to Put.
type Reply struct {
	Outcome Outcome
	Wants   []string      // what the hub lacks
	Pause   time.Duration // of Later: until the next try
}

// Put sends a document, packed. It is away for a minute at most, and not longer than
// until end, if that is not zero. It logs once what is wrong.
func (l *Line) Put(path, contentType string, document []byte, end time.Time) Reply {
	body, err := packed(func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(document))
		return err
	})
	if err != nil {
		return Reply{Outcome: Refused}
	}
	c := call{method: http.MethodPut, path: path, header: "Content-Encoding: gzip\r\n", contentType: contentType, body: body, deadline: time.Now().Add(supplyTime)}
	if !end.IsZero() && end.Before(c.deadline) {
		c.deadline = end
	}
	a, err := l.conn.send(c)
	var p *problem
	if err != nil {
		p = &problem{text: err.Error()}
	} else {
		p = problemOf(a)
	}
	r := Reply{}
	if p == nil {
		said, ok := members(a.body)
		if !ok {
			p = errNoHub
		}
		r.Wants, _ = texts(said["wants"])
	}
	r.Outcome = outcomeOf(a, p)
	if r.Outcome != Later {
		l.fails = 0
		l.well(r.Outcome, p)
		return r
	}
	l.fails++
	r.Pause = p.pause(l.fails)
	l.trouble(p)
	return r
}

func outcomeOf(a answer, p *problem) Outcome {
	switch {
	case p == nil:
		return Stored
	case a.status == http.StatusGone:
		return Gone
	case a.status == http.StatusNotFound && isUnknownRun(a.body):
		return Unknown
	case p.kind == wrong || p.kind == conflict:
		return Refused
	}
	return Later
}

func isUnknownRun(body []byte) bool {
	said, _ := members(body)
	name, _ := unquote(said["type"])
	return name == problemType+"unknown-run"
}

func (l *Line) trouble(p *problem) {
	if l.voice.silent(p, l.fails) {
		return
	}
	warning.Say("goat does not reach its hub with what it records, and tries again", warning.Error{
		Err: p.error(), Attributes: []any{"GOAT_HUB", l.Hub(), "error", p.text}, Next: p.next(),
	})
}

func (l *Line) well(o Outcome, p *problem) {
	if l.voice.said {
		warning.Tell("goat sends what it records to its hub again")
	}
	l.voice.said, l.voice.ever = false, true
	if o != Refused || l.voice.refused {
		return
	}
	l.voice.refused = true
	warning.Say("the hub refuses a part of what goat records", warning.Error{
		Err: p.error(), Attributes: []any{"error", p.text}, Next: "update the hub and goat to the same release",
	})
}
