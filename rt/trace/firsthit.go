package trace

import (
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// firsts is the part of a recording that waits for first hits. Each outermost call is
// recorded into its goroutine's cache. It goes to the sink if a point runs in it for the
// first time, and is forgotten otherwise. An outermost function that has been recorded
// in vain many times is recorded seldom; its calls are only watched, and the recording
// then begins at the point.
type firsts struct {
	steps     int64           // of one call that are kept
	fruitless []atomic.Uint32 // by function: outermost calls without a first hit
	newTrace  func() uint64
	run       string // the run's id, "" if nothing is kept of it
	packages  sync.Map
	// countersOf returns the counters of the package whose first function has a number;
	// nil in tests.
	countersOf func(base uint32) unsafe.Pointer
	settle     func() // looks whether anything is left to wait for; nil in tests
}

const (
	// patient is how often an outermost function is recorded in vain before only
	// one call in seldom is.
	patient, seldom = 256, 64
	// mostStack is how many calls of a first hit's stack are kept.
	mostStack = 64
	// mostPoints is how many points of a package have a first hit.
	mostPoints = 1 << 16
)

// firstPackage is a package whose points are waited for.
type firstPackage struct {
	seen     [mostPoints / 32]atomic.Uint32
	counters unsafe.Pointer // by which rt knows the package; nil if it has no points

	mu   sync.Mutex
	hits map[uint32]*firstHit
}

// firstHit is what is known of a point's first hit.
type firstHit struct {
	at          time.Time
	goroutine   uint64
	route       string
	stack       []uintptr
	trace, step uint64 // 0 if the step was not recorded
	run         string
	values      []firstValue
}

type firstValue struct{ name, text string }

func (f *firsts) of(base uint32) *firstPackage {
	if p, ok := f.packages.Load(base); ok {
		return p.(*firstPackage)
	}
	fresh := &firstPackage{hits: make(map[uint32]*firstHit)}
	if f.countersOf != nil {
		fresh.counters = f.countersOf(base)
	}
	p, _ := f.packages.LoadOrStore(base, fresh)
	return p.(*firstPackage)
}

// request is what a recorder knows of an outermost call while first hits are waited for.
type request struct {
	kept     bool // a first hit was in it; guarded by mu
	function uint32
	route    string
	newest   *firstHit // whose values come
	newestOf *firstPackage
}

// beginRequest decides how an outermost call is recorded.
func (r *TraceRecorder) beginRequest(function uint32) {
	f := r.share.firsts
	r.function, r.route, r.newest, r.newestOf = function, "", nil, nil // kept is false
	if int(function) < len(f.fruitless) {
		if n := f.fruitless[function].Add(1); n > patient && n%seldom != 0 {
			r.hush(watching)
			return
		}
	}
	r.left = f.steps
}

// endRequest writes an outermost call with a first hit, and forgets any other.
func (r *TraceRecorder) endRequest() {
	r.mu.Lock()
	r.evict()
	r.kept = false
	r.first, r.segments, r.lost.steps, r.lost.bytes = 1, 0, 0, 0
	if r.cache != nil {
		r.begin()
	}
	r.mu.Unlock()
	r.speak(watching)
	r.speak(spent)
}

// allowFirst gives an outermost call more steps: what was recorded is forgotten as long
// as there was no first hit.
func (r *TraceRecorder) allowFirst() bool {
	if r.kept {
		r.publish(wire.AppendEvent(r.room(eventRoom), wire.EventLimit, wire.LimitSteps), 0)
		r.hush(spent)
		return false
	}
	r.mu.Lock()
	r.evict()
	r.mu.Unlock()
	r.left = r.share.firsts.steps
	return true
}

// First tells that a point of a package runs. It reports whether that is the first time
// and the values are wanted that its statement reads.
func (r *TraceRecorder) First(base, point uint32) bool {
	f := r.share.firsts
	if f == nil || point >= mostPoints {
		return false
	}
	p := f.of(base)
	word, bit := &p.seen[point/32], uint32(1)<<(point%32)
	if word.Load()&bit != 0 || word.Or(bit)&bit != 0 {
		return false
	}
	h := &firstHit{at: time.Now(), goroutine: r.id.Goroutine, route: r.route, stack: make([]uintptr, mostStack)}
	h.stack = h.stack[:runtime.Callers(3, h.stack)]
	if r.keep() {
		h.trace, h.step, h.run = r.id.Trace, r.first+r.whole.Load()>>32, f.run
	}
	p.mu.Lock()
	p.hits[point] = h
	p.mu.Unlock()
	r.newest, r.newestOf = h, p
	if f.settle != nil {
		go f.settle()
	}
	return r.share.values
}

// keep makes sure that the outermost call is recorded, at least from here on, and reports
// whether it is.
func (r *TraceRecorder) keep() bool {
	if r.quiet&^(watching|spent) != 0 {
		return false
	}
	if !r.kept {
		r.mu.Lock()
		r.kept = true
		if r.quiet != 0 && r.cache != nil { // it begins here
			r.begin()
		}
		r.id.Trace = r.share.firsts.newTrace()
		r.mu.Unlock()
		if int(r.function) < len(r.share.firsts.fruitless) {
			r.share.firsts.fruitless[r.function].Store(0)
		}
	}
	if r.quiet&spent != 0 { // of another first hit
		return false
	}
	r.speak(watching)
	r.left = r.share.firsts.steps
	return true
}

// FirstValue tells the value of a variable at the first hit that First has just
// reported. p points to an interface that holds the value; FirstValue does not keep p.
func (r *TraceRecorder) FirstValue(name string, p unsafe.Pointer) {
	if r.newest == nil {
		return
	}
	b := r.share.appendText(nil, reflect.ValueOf(*(*any)(p)), 0)
	r.newestOf.mu.Lock()
	r.newest.values = append(r.newest.values, firstValue{name, string(b)})
	r.newestOf.mu.Unlock()
}

// Route tells the route of the request that the goroutine serves.
func (r *TraceRecorder) Route(method, pattern string) {
	if r.share.firsts == nil || pattern == "" {
		return
	}
	if r.route = pattern; !strings.Contains(pattern, " ") && method != "" {
		r.route = method + " " + pattern
	}
}

// appendFirst appends the member first of a point of /track's JSON, if its first hit is
// known. rt calls it.
func (f *firsts) appendFirst(b []byte, counters unsafe.Pointer, index int) []byte {
	var p *firstPackage
	f.packages.Range(func(_, value any) bool {
		if q := value.(*firstPackage); q.counters == counters {
			p = q
		}
		return p == nil
	})
	if p == nil {
		return b
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hits[uint32(index)]
	if h == nil {
		return b
	}
	frames := framesOf(h.stack)
	b = append(b, `,"first":{"at":"`...)
	b = h.at.UTC().AppendFormat(b, time.RFC3339Nano)
	b = strconv.AppendUint(append(b, `","goroutine":`...), h.goroutine, 10)
	if route := routeOf(h.route, frames); route != "" {
		b = rt.AppendJSONString(append(b, `,"route":`...), route)
	}
	if h.run != "" && h.trace != 0 {
		b = rt.AppendJSONString(append(b, `,"run":`...), h.run)
		b = strconv.AppendUint(append(b, `,"trace":`...), h.trace, 10)
		b = strconv.AppendUint(append(b, `,"step":`...), h.step, 10)
	}
	b = append(b, `,"stack":[`...)
	for i, fr := range frames {
		if i > 0 {
			b = append(b, ',')
		}
		b = rt.AppendJSONString(append(b, `{"func":`...), fr.Function)
		b = rt.AppendJSONString(append(b, `,"file":`...), filepath.Base(fr.File))
		b = strconv.AppendInt(append(b, `,"line":`...), int64(fr.Line), 10)
		b = append(b, '}')
	}
	b = append(b, ']')
	if len(h.values) > 0 {
		b = append(b, `,"values":[`...)
		for i, v := range h.values {
			if i > 0 {
				b = append(b, ',')
			}
			b = rt.AppendJSONString(append(b, `{"name":`...), v.name)
			b = rt.AppendJSONString(append(b, `,"value":`...), v.text)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// framesOf names the calls of a stack, the innermost first, without goat's own.
func framesOf(stack []uintptr) []runtime.Frame {
	var list []runtime.Frame
	if len(stack) == 0 {
		return nil
	}
	frames := runtime.CallersFrames(stack)
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") && !strings.Contains(f.File, "goat_trace.go") {
			list = append(list, f)
		}
		if !more {
			return list
		}
	}
}

// routeOf returns the route, or what the stack says of it: the method of a gRPC service,
// in whose name protoc-gen-go-grpc puts it, or the function that serves an HTTP request.
func routeOf(route string, frames []runtime.Frame) string {
	if route != "" {
		return route
	}
	for i, f := range frames {
		name := f.Function[strings.LastIndexByte(f.Function, '.')+1:]
		if rest, ok := strings.CutSuffix(name, "_Handler"); ok && strings.HasPrefix(rest, "_") {
			if service, method, ok := strings.Cut(rest[1:], "_"); ok {
				return service + "/" + method
			}
		}
		if i > 0 && strings.HasPrefix(f.Function, "net/http.") {
			return frames[i-1].Function
		}
	}
	return ""
}
