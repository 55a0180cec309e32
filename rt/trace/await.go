package trace

import (
	"cmp"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// usualFirst is how many steps of an outermost call with a first hit are kept if nobody
// has set another number.
const usualFirst = 2000

// awaitFirsts begins to wait for first hits. The caller holds process.mu.
func awaitFirsts(to place) error {
	p := &process
	l := inProduction()
	l.For, l.Rate = 0, 0
	l.settle(p.settings)
	p.given.apply(&l)
	l.FirstHits, l.Steps = cmp.Or(l.Steps, usualFirst), 0
	r := &recording{run: run{id: NewRunID(), created: time.Now(), main: p.main, launch: launch{"first-hit", p.main.Package}, limits: l}}
	output, err := Output(nowhere{}), error(nil)
	if !to.none() {
		if output, err = r.open(to, l); err != nil {
			return err
		}
	}
	r.output = output
	if err := r.describe(); err != nil {
		_ = output.Close() // nothing has been written
		return outside{err}.wrong()
	}
	r.tracer = NewTracer(r.run.id, output, l.Options, func(limit uint64) { go r.endFirsts(limit) })
	f := r.tracer.share.firsts
	f.fruitless, f.countersOf = make([]atomic.Uint32, functions()), countersOf
	f.settle = func() {
		if rt.AllHit() {
			r.endFirsts(0)
		}
	}
	if to.none() {
		f.run = ""
	}
	goidOffset()
	parentOffset()
	p.firsts = r
	registrations.mu.Lock()
	registrations.more = describeAgain
	registrations.mu.Unlock()
	rt.SetFirst(f.appendFirst)
	if p.now == nil {
		goBack()
	}
	return nil
}

// endFirsts ends the waiting: every point has run, or a limit is reached. What is known
// of first hits stays.
func (r *recording) endFirsts(limit uint64) {
	defer func() { _ = recover() }()
	p := &process
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.firsts != r {
		return
	}
	p.firsts = nil
	now := p.now
	r.finish(limit)
	if p.now = now; now != nil { // another recording goes on
		current.Store(now.tracer)
		switchAll(onAll, now.run.limits.Values)
	}
}

// nowhere is an Output that keeps nothing.
type nowhere struct{}

func (nowhere) Write(wire.Head, []byte) error { return nil }

func (nowhere) Close() error { return nil }

func (nowhere) Describe([]byte, []Table) error { return nil }

func (nowhere) Place() (dir, url string) { return "", "" }
