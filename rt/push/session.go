package push

import (
	"io"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/instance"
)

// session is what this process and the hub know about each other.
type session struct {
	*connection
	self    *instance.Instance
	cover   *counters     // nil in a program without Go's counters
	address func() string // where the process serves

	id       string // "" while it is not registered
	manifest instance.Manifest
	acked    int // hits that the hub has
	told     told
	supplied map[string]time.Time // when each document that the hub wanted was sent, so that it is not sent all the time
	held     time.Time            // until when hits that the hub has refused are held back
	pushed   bool                 // the last sync has sent hits
	again    []int                // points that have run again, for the hub to note the day
	armed    time.Time            // when the points were last armed
}

// talk brings the hub up to date. Urgent work is not spread over time; end says
// that the process is ending.
type talk struct {
	deadline time.Time // zero means each request's own deadline
	urgent   bool
	end      bool
}

// sync registers if necessary, then sends what the hub wants and all hits that it
// does not have. Without new hits it sends a heartbeat.
func (s *session) sync(t talk) *problem {
	s.pushed = false
	s.rearm()
	for try := 0; ; try++ {
		p := s.once(t)
		if try == 2 || !p.is(unknown) && !p.is(conflict) {
			return p
		}
		if p.is(conflict) {
			s.self.Renew(s.manifest.Generation)
		}
		s.id = ""
	}
}

func (s *session) once(t talk) *problem {
	if s.id == "" {
		if p := s.register(t); p != nil {
			return p
		}
	}
	refused := s.supply(t)
	if refused != nil && refused.kind != wrong {
		return refused
	}
	if p := s.push(t); p != nil {
		return p
	}
	if p := s.count(t); p != nil {
		return p
	}
	if refused == nil {
		refused = s.supply(t) // what these answers want
	}
	return refused
}

func (s *session) register(t talk) *problem {
	m, err := s.self.Manifest(t.pace())
	if err != nil {
		return &problem{text: err.Error()}
	}
	s.manifest = m
	state := instance.State{Address: s.address(), Short: s.wait > 0}
	if s.cover != nil {
		state.Covmeta = s.cover.meta
	}
	told, p := s.enrol(s.self.AppendRegistration(nil, m, state), t.by(requestTime))
	if p.is(wrong) {
		p.kind = denied // without it nothing else can work
	}
	if p != nil {
		return p
	}
	s.told = told
	s.id, s.acked, s.held, s.supplied = s.told.id, s.told.acked, time.Time{}, nil
	s.again = nil // their ids may belong to another generation
	return nil
}

// pace spreads work that takes long, unless it is urgent.
func (t talk) pace() func() error {
	if t.urgent {
		return nil
	}
	return gently()
}

func (t talk) by(most time.Duration) time.Time {
	end := time.Now().Add(most)
	if !t.deadline.IsZero() && t.deadline.Before(end) {
		return t.deadline
	}
	return end
}

// supply sends the documents that the hub wants. If the hub does not keep one, it
// gets it again after a while.
func (s *session) supply(t talk) *problem {
	const again = 10 * time.Minute
	for _, what := range s.told.wants {
		if at, ok := s.supplied[what]; ok && time.Since(at) < again {
			continue
		}
		c := call{method: "PUT", header: "Content-Encoding: gzip\r\n", deadline: t.by(supplyTime)}
		write := Coverage.WriteMeta
		switch {
		case what == "manifest" && s.manifest.Digest != "":
			c.path, c.contentType = "/api/v1/manifests/"+s.manifest.Digest, "application/json"
			write = func(w io.Writer) error { return s.manifest.Write(w, t.pace()) }
		case what == "covmeta" && s.cover != nil:
			c.path, c.contentType = "/api/v1/covmeta/"+s.cover.meta, "application/octet-stream"
		default:
			continue
		}
		var err error
		if c.body, err = packed(write); err != nil {
			return &problem{kind: wrong, text: "writing the " + what + ": " + err.Error()}
		}
		if s.supplied == nil {
			s.supplied = make(map[string]time.Time)
		}
		s.supplied[what] = time.Now()
		if _, p := s.ask(c); p != nil {
			if p.kind != wrong {
				delete(s.supplied, what)
			}
			return p
		}
	}
	s.told.wants = nil
	return nil
}

// rearm arms the points once a day, and notes which ones have run again since. It
// changes nothing else.
func (s *session) rearm() {
	const day = 24 * time.Hour
	if s.id == "" || s.manifest.Digest == "" {
		return
	}
	switch now := time.Now(); {
	case s.armed.IsZero():
		s.armed = now
	case now.Sub(s.armed) >= day:
		s.again, s.armed = nil, now
		rt.Rearm()
	default:
		s.again = append(s.again, rt.Again(s.manifest.Generation)...)
	}
}

// push sends the hits that the hub does not have, a part at a time.
func (s *session) push(t talk) *problem {
	const patience = 3 // requests after which the hub has no more hits than before
	for round, stalled := 0, 0; stalled < patience; round++ {
		h := rt.HitsAfter(s.manifest.Generation, s.acked)
		if h.Generation != s.manifest.Generation {
			return &problem{kind: unknown, text: "a plugin has renumbered the points"}
		}
		if time.Now().Before(s.held) {
			h.IDs, h.Ages = nil, nil
		}
		rest := max(0, len(h.IDs)-mostIDs)
		h.IDs, h.Ages = h.IDs[:len(h.IDs)-rest], h.Ages[:len(h.Ages)-rest]
		if round > 0 && len(h.IDs) == 0 {
			return nil
		}
		again := s.again[:min(len(s.again), mostIDs)]
		body := instance.AppendPush(nil, h, instance.Push{Again: again, End: t.end && rest == 0})
		told, p := s.tell(s.id, body, t.by(requestTime))
		if p != nil {
			if p.kind == wrong && len(h.IDs) > 0 {
				s.held = time.Now().Add(tooNewPause)
			}
			return p
		}
		s.told = told
		s.again, s.pushed = s.again[len(again):], s.pushed || len(h.IDs) > 0
		if s.told.acked <= h.From {
			stalled++ // the hub's database was restored from a backup, or the hub keeps nothing
		}
		s.acked = min(s.told.acked, h.From+len(h.IDs))
		if rest == 0 && s.acked == h.From+len(h.IDs) {
			return nil
		}
	}
	return &problem{text: "the hub does not keep what it is sent"}
}

// missing reports whether there are hits that the hub does not have.
func (s *session) missing() bool {
	if time.Now().Before(s.held) {
		return false
	}
	h := rt.HitsAfter(s.manifest.Generation, s.acked)
	return len(h.IDs) > 0
}

// count sends Go's counters if they have changed. It looks at them from time to
// time, and when somebody waits.
func (s *session) count(t talk) *problem {
	const atLeast = time.Second // a hub that asks all the time does not get the counters all the time
	if s.cover == nil {
		return nil
	}
	since := time.Since(s.cover.at)
	if since < s.counters && !t.urgent && !(s.told.push && since >= atLeast) {
		return nil
	}
	content, sum, err := s.cover.read()
	if err != nil {
		return &problem{kind: wrong, text: "reading Go's counters: " + err.Error()}
	}
	if sum == s.cover.sent {
		return nil
	}
	told, p := s.report(call{
		method: "POST", path: "/api/v1/instances/" + s.id + "/counters", contentType: "application/octet-stream",
		header: "Content-Encoding: gzip\r\nGoat-Covmeta: " + s.cover.meta + "\r\n", body: content, deadline: t.by(supplyTime),
	})
	if p == nil {
		s.told, s.cover.sent = told, sum
	}
	return p
}
