package uplink

import (
	"errors"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/goat-trace/goat/rt/push"
	"github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// queueLimit is how many bytes of segments may wait.
const queueLimit = 16 << 20

// leastWait is how long the end of the program waits at least with the policy block.
const leastWait = 5 * time.Second

// errFull says that a segment was dropped.
var errFull = errors.New("the hub is slower than the program")

// Output is the output of one run. It implements trace.Output.
type Output struct {
	line *push.Line
	id   string
	wait bool
	gone func()

	mu     sync.Mutex
	change *sync.Cond // of what is below
	queue  []segment
	bytes  int
	run    []byte // as it was described last
	fresh  bool   // the hub has not heard that
	known  bool   // the hub knows the run
	tables map[string]string
	wanted []string // tables
	closed bool     // no more segments are taken
	ended  bool     // the run is whole, and was described
	dead   bool     // the hub has deleted the run

	closing  chan struct{} // closed by Wait: pauses are short from now on
	deadline time.Time     // guarded by mu; set by Wait
	done     chan struct{} // closed when everything was sent, or never will be
}

type segment struct {
	trace, number uint64
	data          []byte
}

// Open implements trace.OpenHub.
func Open(id trace.RunID, wait bool, gone func()) (trace.Output, error) {
	line, err := push.NewLine(os.Getenv)
	if err != nil {
		return nil, err
	}
	o := &Output{
		line: line, id: id.String(), wait: wait, gone: gone, tables: make(map[string]string),
		closing: make(chan struct{}), done: make(chan struct{}),
	}
	o.change = sync.NewCond(&o.mu)
	go o.send()
	return o, nil
}

// Place implements trace.Output.
func (o *Output) Place() (dir, url string) { return "", o.line.Hub() }

// Describe implements trace.Output. It does not wait for the hub.
func (o *Output) Describe(run []byte, tables []trace.Table) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range tables {
		o.tables[t.Digest] = t.Text
	}
	o.run, o.fresh = run, true
	o.ended = o.closed
	o.change.Broadcast()
	return nil
}

// Write implements trace.Sink.
func (o *Output) Write(head wire.Head, events []byte) error {
	data := wire.AppendSegment(make([]byte, 0, wire.HeadSize+len(events)), head, events)
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.bytes > 0 && o.bytes+len(data) > queueLimit && !o.closed && !o.dead {
		if !o.wait {
			return errFull
		}
		o.change.Wait()
	}
	if o.closed || o.dead {
		return trace.ErrClosed
	}
	o.queue = append(o.queue, segment{head.Trace, head.Number, data})
	o.bytes += len(data)
	o.change.Broadcast()
	return nil
}

// Close implements trace.Sink. It does not wait: what was taken is sent in the
// background.
func (o *Output) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.change.Broadcast()
	return nil
}

// Wait waits until everything was sent, for as long as the end of the program may wait.
// Only the first call counts.
func (o *Output) Wait() {
	patience := o.line.Patience()
	if o.wait {
		patience = max(patience, leastWait)
	}
	if patience == 0 {
		return
	}
	o.mu.Lock()
	first := o.deadline.IsZero()
	if first {
		o.deadline = time.Now().Add(patience)
	}
	o.mu.Unlock()
	if first {
		close(o.closing)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-o.done:
	case <-timer.C:
	}
}

// Done reports whether nothing more will be sent.
func (o *Output) Done() bool {
	select {
	case <-o.done:
		return true
	default:
		return false
	}
}

// send sends what there is, until the end of the run.
func (o *Output) send() {
	defer close(o.done)
	defer o.line.Close()
	defer func() { _ = recover() }() // a fault of goat's ends the sending and not the application
	for {
		work, ok := o.next()
		if !ok {
			return
		}
		if !o.settle(work, o.put(work)) {
			return
		}
	}
}

// work is one request.
type work struct {
	path, contentType string
	data              []byte
	segment, run      bool
	table             string
}

// next waits for work. The hub refuses segments of a run that it does not know. The last
// announcement says that the run is whole, so it comes after everything else.
func (o *Output) next() (work, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		switch {
		case o.dead:
			return work{}, false
		case o.run != nil && (!o.known || o.fresh && (!o.ended || len(o.queue) == 0 && len(o.wanted) == 0)):
			return work{path: "/api/v1/runs/" + o.id, contentType: "application/json", data: o.run, run: true}, true
		case len(o.wanted) > 0:
			digest := o.wanted[0]
			return work{path: "/api/v1/tables/" + digest, contentType: octets, data: []byte(o.tables[digest]), table: digest}, true
		case len(o.queue) > 0:
			s := o.queue[0]
			path := "/api/v1/runs/" + o.id + "/segments/" + strconv.FormatUint(s.trace, 10) + "/" + strconv.FormatUint(s.number, 10)
			return work{path: path, contentType: octets, data: s.data, segment: true}, true
		case o.ended:
			return work{}, false
		}
		o.change.Wait()
	}
}

const octets = "application/octet-stream"

func (o *Output) put(w work) push.Reply {
	o.mu.Lock()
	end := o.deadline
	o.mu.Unlock()
	return o.line.Put(w.path, w.contentType, w.data, end)
}

// settle takes the hub's answer, and pauses if it is to be asked later. It returns false
// when there is no more time.
func (o *Output) settle(w work, r push.Reply) bool {
	switch r.Outcome {
	case push.Later:
		return o.pause(r.Pause)
	case push.Unknown:
		o.forget()
		return o.pause(time.Second)
	case push.Gone:
		o.mu.Lock()
		o.dead, o.queue, o.bytes = true, nil, 0
		o.change.Broadcast()
		o.mu.Unlock()
		go o.gone()
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case w.segment:
		o.bytes -= len(w.data)
		o.queue[0] = segment{}
		o.queue = o.queue[1:]
		o.change.Broadcast()
	case w.table != "":
		o.wanted = o.wanted[1:]
	case w.run:
		o.known = true
		o.wanted = o.wanted[:0]
		for _, digest := range r.Wants {
			if _, ok := o.tables[digest]; ok {
				o.wanted = append(o.wanted, digest)
			}
		}
		newer := &o.run[0] != &w.data[0]
		o.fresh = newer || o.ended && len(o.queue)+len(o.wanted) > 0
	}
	return true
}

// forget has the run announced before anything else.
func (o *Output) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known = false
}

// pause waits until the next try.
func (o *Output) pause(d time.Duration) bool {
	const hurry = 100 * time.Millisecond
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-o.closing:
	}
	o.mu.Lock()
	left := time.Until(o.deadline)
	o.mu.Unlock()
	if left <= 0 {
		return false
	}
	time.Sleep(min(left, hurry))
	return true
}
