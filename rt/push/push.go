package push

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/file"
	"github.com/goat-trace/goat/rt/instance"
	"github.com/goat-trace/goat/rt/warning"
)

// Start is what a program without a server calls first (hub: true with serve: file
// or off). It records the main package's manifest, writes to GOAT_DIR as rt/file
// does, and pushes. It returns true, so that generated code can call it in an
// initialiser.
func Start(mainMeta string) bool {
	file.StartFlushing(mainMeta)
	Begin(nil)
	return true
}

// Flush is called when the program ends: it writes what ran to GOAT_DIR, and pushes
// it if GOAT_HUB_WAIT is set.
func Flush() {
	file.Flush()
	End()
}

// current is the pusher of this process; nil if there is nothing to push.
var current atomic.Pointer[pusher]

// Begin pushes in the background what runs, if GOAT_HUB is set and the program is
// neither privileged nor turned off. It reads the variables before it returns.
// address returns where the process serves /track, "" while it does not; it is nil
// in a program without a server. Only the first call counts.
func Begin(address func() string) {
	if rt.Privileged() || rt.Off() {
		return
	}
	self := instance.Start(os.Getenv)
	if self.Hub() == "" {
		return
	}
	s, err := newSettings(os.Getenv)
	if err != nil {
		go warning.Say("goat does not report to a hub", err)
		return
	}
	if address == nil {
		address = func() string { return "" }
	}
	p := pusherOf(s, self, address)
	if current.CompareAndSwap(nil, p) {
		go p.run()
	}
}

// ErrNone says that the program does not report to a hub.
var ErrNone = errors.New("the program reports to no hub; start it with GOAT_HUB set to the hub's address")

// Now pushes what has run. It returns when the hub has stored it, or with the error
// that prevents that, such as the end of the context.
func Now(ctx context.Context) error {
	p := current.Load()
	if p == nil {
		return ErrNone
	}
	return p.now(ctx, false)
}

// End pushes for the last time, if GOAT_HUB_WAIT says that the end of the program
// may wait for it.
func End() {
	defer func() { _ = recover() }()
	p := current.Load()
	if p == nil || p.wait == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.wait)
	defer cancel()
	_ = p.now(ctx, true) // the program is ending, and its output is its own
}

// pusher keeps a hub up to date.
type pusher struct {
	session
	asked     chan request
	voice     voice
	leftovers leftovers

	gap   time.Duration // between pushes while new hits keep coming
	last  time.Time     // of the last push
	next  time.Time     // of the next heartbeat, or try
	fails int           // tries that failed in a row

	served time.Time // when the waiting requests were last served
}

// request is a caller that waits until everything is stored.
type request struct {
	deadline time.Time
	end      bool
	done     chan<- error
}

func pusherOf(s settings, self *instance.Instance, address func() string) *pusher {
	c := newConnection(s)
	return &pusher{
		session: session{connection: c, self: self, address: address}, leftovers: leftovers{connection: c, dir: s.dir},
		asked: make(chan request), gap: firstGap,
	}
}

func (p *pusher) now(ctx context.Context, end bool) error {
	done := make(chan error, 1)
	r := request{end: end, done: done}
	r.deadline, _ = ctx.Deadline()
	select {
	case p.asked <- r:
	case <-ctx.Done():
		return errors.New("the hub has not answered in time")
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errors.New("the hub has not stored it in time")
	}
}

const (
	// look is how often the pusher looks for new hits.
	look = time.Second
	// firstGap and lastGap are the shortest and longest time between pushes of new
	// hits.
	firstGap, lastGap = time.Second, time.Minute
	// usualNext is when to push next if the hub does not say. What the hub says
	// counts if it is between shortestNext and longestNext.
	usualNext, shortestNext, longestNext = 30 * time.Second, time.Second, 5 * time.Minute
)

// run never returns. Whatever goes wrong stays here: a panic, which would be a
// fault of goat's, ends the pushing and not the application.
func (p *pusher) run() {
	defer func() { _ = recover() }()
	rt.Observe()
	wait := rand.N(look) //nolint:gosec // it is no secret
	for begun := false; ; begun = true {
		timer := time.NewTimer(wait)
		select {
		case r, ok := <-p.asked:
			timer.Stop()
			if !ok {
				return // the end of a test
			}
			p.prepare(begun)
			p.serve(r)
		case <-timer.C:
			p.prepare(begun)
			if p.due() {
				p.settle(p.sync(talk{}))
			}
		}
		wait = p.pause()
		if p.fails == 0 && p.handIn() {
			wait = min(wait, look/10)
		}
	}
}

// serve does what was asked for, for everybody who waits by now.
func (p *pusher) serve(r request) {
	const rest = 100 * time.Millisecond // a caller that asks all the time has to wait
	all := []request{r}
	if !r.end {
		time.Sleep(rest - min(rest, time.Since(p.served)))
	}
	for more := true; more; {
		select {
		case r := <-p.asked:
			all = append(all, r)
		default:
			more = false
		}
	}
	t := talk{urgent: true}
	for _, r := range all {
		t.end = t.end || r.end
		if t.deadline.IsZero() || r.deadline.Before(t.deadline) {
			t.deadline = r.deadline
		}
	}
	failed := p.sync(t)
	p.settle(failed)
	p.served = time.Now()
	for _, r := range all {
		r.done <- failed.error()
	}
}

// handIn hands in hits that another process has left. It returns false when there
// are no more.
func (p *pusher) handIn() bool {
	more, failed := p.leftovers.handIn(p.self.Key(p.manifest.Generation))
	switch {
	case failed == nil:
		return more
	case failed.kind == wrong || failed.kind == conflict:
		p.voice.well(failed)
		return more
	}
	p.settle(failed)
	return false
}

// prepare looks at Go's counters, which are ready once main has started.
func (p *pusher) prepare(already bool) {
	if already {
		return
	}
	cover, err := newCounters()
	if err != nil {
		warning.Say("goat does not report Go's coverage", err)
	}
	p.cover = cover
}

// due reports whether it is time to push.
func (p *pusher) due() bool {
	now := time.Now()
	if p.fails > 0 || p.id == "" {
		return !now.Before(p.next)
	}
	if !now.Before(p.next) {
		return true
	}
	if now.Sub(p.last) < p.gap {
		return false
	}
	if p.missing() {
		return true
	}
	p.gap = firstGap // there was a pause between hits
	return false
}

// pause is how long to wait before looking again.
func (p *pusher) pause() time.Duration {
	untilNext := max(0, time.Until(p.next))
	if p.fails > 0 {
		return untilNext
	}
	return min(look, untilNext)
}

// settle decides when to push next.
func (p *pusher) settle(failed *problem) {
	now := time.Now()
	if failed != nil && failed.kind != wrong {
		p.fails++
		p.voice.trouble(failed, p.hub.Redacted(), p.fails)
		p.next = now.Add(failed.pause(p.fails))
		return
	}
	p.voice.well(failed)
	p.fails = 0
	p.gap = min(2*p.gap, lastGap)
	if !p.pushed {
		p.gap = firstGap
	}
	p.last, p.next = now, now.Add(p.comeBack())
	if p.dir != "" && p.pushed {
		noteAcked(p.dir, p.self.Key(p.manifest.Generation), p.acked)
	}
}

// comeBack is when the hub wants to hear from this process next.
func (p *pusher) comeBack() time.Duration {
	if p.told.push {
		return shortestNext
	}
	if p.told.next == 0 {
		return usualNext
	}
	return min(max(p.told.next, shortestNext), longestNext)
}
