package tracetest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Trace is a random trace, and what is true of it, computed without segments.
type Trace struct {
	r      *rand.Rand
	Table  *steps.Table
	frames []*frame
	stack  []entry
	steps  []genStep
	log    []accessed // of shared variables, in order
	low    int        // of the stack, since the last step
	lows   []int      // lowest before each step since the one before

	events   []byte
	head     wire.Head
	Segments []trace.Segment
}

type frame struct {
	function int
	caller   uint64
	steps    []uint64
	left     uint64 // the last step when it ended + 1, 0 while it is open
	held     map[int]steps.Value
	values   map[int]bool // variables whose values can still come
}

type entry struct {
	frame *frame
	body  bool
}

type genStep struct {
	frame    *frame
	location int
	height   int
	keys     map[int]string // of its shared variables
}

type accessed struct {
	at, step uint64
	frame    *frame
	variable int
	key      string
	write    bool
	entered  bool
	done     bool
}

// The variables of each Trace function.
const (
	vParam = iota
	vPointer
	vIndex
	vStruct
	vStructA
	vStructAB
	vField
	vElement
	vGlobal
	vCaptured
	vMap
	vEntry
	vPlain
	vCount
)

func genTable(r *rand.Rand) *steps.Table {
	t := &steps.Table{Version: steps.TableVersion, Package: "example.com/p", Files: []string{"p.go"}}
	for f := range 4 {
		fn := steps.Function{Name: fmt.Sprintf("f%d", f), Params: []int{vParam, vPointer}}
		fn.Variables = []steps.Variable{
			vParam: {Name: "param", Kind: "param"}, vPointer: {Name: "p", Kind: "param"}, vIndex: {Name: "i", Kind: "local"},
			vStruct:   {Name: "s", Kind: "local"},
			vStructA:  {Name: "s.a", Kind: "heap", Place: &steps.Place{Base: vStruct, Path: ".a"}},
			vStructAB: {Name: "s.a.b", Kind: "heap", Place: &steps.Place{Base: vStruct, Path: ".a.b"}},
			vField:    {Name: "p.x", Kind: "heap", Place: &steps.Place{Base: vPointer, Through: true, Path: ".x", Offset: 8}},
			vElement:  {Name: "p[i]", Kind: "heap", Place: &steps.Place{Base: vPointer, Through: true, Path: "[]", Index: 1 + vIndex, Stride: 8}},
			vGlobal:   {Name: "g", Kind: "global"}, vCaptured: {Name: "c", Kind: "captured", Line: 3, Column: 4},
			vMap:   {Name: "m", Kind: "local"},
			vEntry: {Name: "m[i]", Kind: "heap", Place: &steps.Place{Base: vMap, Through: true, Map: true, Index: 1 + vIndex}},
			vPlain: {Name: "x", Kind: "local"},
		}
		if f == 3 {
			fn.Params = append(fn.Params, vPlain)
			fn.Variables[vPlain] = steps.Variable{Name: "x", Kind: "param", Shared: true, Line: 9, Column: 9}
		}
		n := 4 + r.IntN(5)
		for l := range n {
			loc := steps.Location{Kind: "stmt", Line: 10*f + l + 1}
			loc.Reads, loc.Writes = some(r, vCount, 2), some(r, vCount, 2)
			loc.Controls = some(r, n, 2)
			slices.Sort(loc.Controls)
			fn.Locations = append(fn.Locations, loc)
		}
		t.Functions = append(t.Functions, fn)
	}
	return t
}

func some(r *rand.Rand, n, most int) []int {
	var list []int
	for range r.IntN(most + 1) {
		if v := r.IntN(n); !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// Generate returns a random trace of about so many events.
func Generate(r *rand.Rand, events, perSegment int) *Trace {
	g := &Trace{r: r, Table: genTable(r), head: wire.Head{Trace: 1, Goroutine: 1, First: 1}}
	g.begin()
	for range events {
		g.event()
		if r.IntN(perSegment) == 0 {
			g.cut()
		}
	}
	g.cut()
	return g
}

// Number is that of the last step.
func (g *Trace) Number() uint64 { return uint64(len(g.steps)) }

// begin starts a segment.
func (g *Trace) begin() {
	numbers := []uint64{uint64(len(g.stack)), uint64(len(g.stack))}
	for _, e := range g.stack {
		n := uint64(e.frame.function) << 1
		if e.body {
			n++
		}
		numbers = append(numbers, n)
	}
	g.events = wire.AppendEvent(nil, wire.EventOpen, numbers...)
	g.head.Number++
	g.head.First = g.Number() + 1
}

func (g *Trace) cut() {
	h := g.head
	h.Steps = g.Number() + 1 - h.First
	h.Length = uint32(len(g.events))
	g.Segments = append(g.Segments, trace.Segment{Head: h, Events: g.events})
	g.begin()
}

func (g *Trace) event() {
	if len(g.stack) == 0 {
		g.enter()
		return
	}
	switch n := g.r.IntN(100); {
	case n < 45:
		g.step()
	case n < 62:
		g.value()
	case n < 78 && len(g.stack) < 12:
		g.enter()
	case n < 92:
		g.leave()
	case n < 96:
		g.body()
	default:
		g.exit()
	}
}

func (g *Trace) enter() {
	f := &frame{function: g.r.IntN(len(g.Table.Functions)), held: map[int]steps.Value{}, values: map[int]bool{}}
	g.low = min(g.low, len(g.stack))
	if n := len(g.stack); n > 0 {
		if s := g.stack[n-1].frame.steps; len(s) > 0 {
			f.caller = s[len(s)-1]
		}
	}
	g.stack = append(g.stack, entry{frame: f})
	g.frames = append(g.frames, f)
	g.events = wire.AppendEvent(g.events, wire.EventEnter, uint64(f.function))
	for _, v := range g.Table.Functions[f.function].Params {
		f.values[v] = true
		if key := g.key(f, v); key != "" && v == vPlain {
			g.log = append(g.log, accessed{g.Number(), f.caller, f, v, key, true, true, true})
		}
	}
}

func (g *Trace) leave() {
	for len(g.stack) > 1 && g.stack[len(g.stack)-1].body {
		g.stack = g.stack[:len(g.stack)-1]
	}
	g.stack[len(g.stack)-1].frame.left = g.Number() + 1
	g.stack = g.stack[:len(g.stack)-1]
	g.low = min(g.low, len(g.stack))
	g.events = append(g.events, wire.EventLeave)
}

// body begins the body of a range over a function around the innermost call.
func (g *Trace) body() {
	f := g.stack[g.r.IntN(len(g.stack))].frame
	for i := len(g.stack) - 1; i >= 0; i-- { // readers find the innermost call of a function
		if g.stack[i].frame.function == f.function {
			f = g.stack[i].frame
			break
		}
	}
	g.stack = append(g.stack, entry{f, true})
	g.events = wire.AppendEvent(g.events, wire.EventBody, uint64(f.function))
}

func (g *Trace) exit() {
	if n := len(g.stack); g.stack[n-1].body {
		g.stack = g.stack[:n-1]
		g.events = wire.AppendEvent(g.events, wire.EventExit, 1)
	}
}

func (g *Trace) step() {
	f := g.stack[len(g.stack)-1].frame
	fn := &g.Table.Functions[f.function]
	location := g.r.IntN(len(fn.Locations))
	g.low = min(g.low, len(g.stack))
	g.lows = append(g.lows, g.low)
	g.low = len(g.stack)
	s := genStep{frame: f, location: location, height: len(g.stack), keys: map[int]string{}}
	g.steps = append(g.steps, s)
	f.steps = append(f.steps, g.Number())
	g.events = wire.AppendStep(g.events, uint32(location))
	clear(f.values)
	l := fn.Locations[location]
	for i, list := range [][]int{l.Reads, l.Writes} {
		for _, v := range list {
			if key := g.key(f, v); key != "" {
				s.keys[v] = key
				g.log = append(g.log, accessed{g.Number(), g.Number(), f, v, key, i == 1, false, false})
			}
		}
	}
	for _, v := range l.Writes {
		delete(f.held, v)
		f.values[v] = true
	}
}

// value records a value that can come now.
func (g *Trace) value() {
	f := g.stack[len(g.stack)-1].frame
	if len(f.values) == 0 {
		return
	}
	list := make([]int, 0, len(f.values))
	for v := range f.values {
		list = append(list, v)
	}
	slices.Sort(list)
	v := list[g.r.IntN(len(list))]
	delete(f.values, v)
	g.events = wire.AppendEvent(g.events, wire.EventValue, uint64(v))
	value := steps.Value{Kind: wire.KindInt, Int: int64(g.r.IntN(3))}
	switch v {
	case vPointer, vMap:
		value = steps.Value{Kind: wire.KindPointer, Uint: 0x1000 + 8*uint64(g.r.IntN(3))}
		g.events = wire.AppendNumbers(g.events, wire.KindPointer, value.Uint)
	default:
		g.events = wire.AppendInt(g.events, value.Int)
	}
	if n := len(f.steps); n > 0 && f.steps[n-1] != g.Number() {
		if key := g.key(f, v); key != "" {
			g.log = append(g.log, accessed{g.Number(), f.steps[n-1], f, v, key, true, false, true})
		}
	} else if n > 0 {
		for i := len(g.log) - 1; i >= 0 && g.log[i].at == g.Number(); i-- {
			if a := &g.log[i]; a.write && !a.entered && a.frame == f && a.variable == v {
				a.done = true
				break
			}
		}
	}
	f.held[v] = value
}

// key identifies a variable that several calls can reach, "" for the others and
// for what is not known.
func (g *Trace) key(f *frame, v int) string {
	switch v {
	case vGlobal:
		return "g"
	case vCaptured:
		return "c"
	case vPlain:
		if f.function == 3 {
			return "x"
		}
		return ""
	}
	pointer, index, m := f.held[vPointer], f.held[vIndex], f.held[vMap]
	switch {
	case v == vField && pointer.Kind != 0:
		return fmt.Sprint("memory ", pointer.Uint+8)
	case v == vElement && pointer.Kind != 0 && index.Kind != 0:
		return fmt.Sprint("memory ", pointer.Uint+8*uint64(index.Int))
	case v == vEntry && m.Kind != 0 && index.Kind != 0:
		return fmt.Sprint("map ", m.Uint, " ", index.Int)
	}
	return ""
}

// What is true, by looking at everything before.

func (g *Trace) at(step uint64) *genStep { return &g.steps[step-1] }

// ControlDominator is the last step before at a location that the step depends on.
func (g *Trace) ControlDominator(step uint64) uint64 {
	s := g.at(step)
	controls := g.Table.Functions[s.frame.function].Locations[s.location].Controls
	for n := step - 1; n > 0; n-- {
		if o := g.at(n); o.frame == s.frame && slices.Contains(controls, o.location) {
			return n
		}
	}
	return 0
}

// StepOver is the next step that is no deeper than any call end since.
func (g *Trace) StepOver(step uint64) uint64 {
	height := g.at(step).height
	for n := step + 1; n <= g.Number(); n++ {
		height = min(height, g.lows[n-1])
		if g.at(n).height <= height {
			return n
		}
	}
	return 0
}

var genParts = map[int]string{vStruct: "", vStructA: ".a", vStructAB: ".a.b"}

func genOverlap(a, b int) bool {
	pa, ok := genParts[a]
	pb, ok2 := genParts[b]
	return a == b || ok && ok2 && (within(pa, pb) || within(pb, pa))
}

func within(path, into string) bool { return len(path) >= len(into) && path[:len(into)] == into }

// Caller is the step that made the step's call.
func (g *Trace) Caller(step uint64) uint64 { return g.at(step).frame.caller }

// Accesses are the variables that a step reads and writes.
func (g *Trace) Accesses(step uint64) (reads, writes []int) {
	l := g.Table.Functions[g.at(step).frame.function].Locations[g.at(step).location]
	return l.Reads, l.Writes
}

// runs reports whether a step has not ended when another one comes.
func (g *Trace) runs(step, during uint64) bool {
	f := g.at(step).frame
	if f.left > 0 && f.left <= during {
		return false
	}
	for n := step + 1; n <= during; n++ {
		if g.at(n).frame == f {
			return false
		}
	}
	return true
}

// WrittenBy is the step that wrote what a step reads.
func (g *Trace) WrittenBy(step uint64, v int) uint64 {
	s := g.at(step)
	if key, ok := s.keys[v]; ok {
		for i := len(g.log) - 1; i >= 0; i-- {
			a := &g.log[i]
			if !a.write || a.key != key || a.at >= step {
				continue
			}
			if !a.done && g.runs(a.step, step) {
				continue
			}
			return a.step
		}
		return 0
	}
	for n := step - 1; n > 0; n-- {
		o := g.at(n)
		if o.frame != s.frame {
			continue
		}
		for _, w := range g.Table.Functions[o.frame.function].Locations[o.location].Writes {
			if genOverlap(w, v) {
				return n
			}
		}
	}
	for _, p := range g.Table.Functions[s.frame.function].Params {
		if genOverlap(p, v) {
			return s.frame.caller
		}
	}
	return 0
}

// ReadBy are the steps that read what a step writes.
func (g *Trace) ReadBy(step uint64, v int) []uint64 {
	s := g.at(step)
	key, shared := s.keys[v]
	var list []uint64
	for n := step + 1; n <= g.Number(); n++ {
		o := g.at(n)
		l := g.Table.Functions[o.frame.function].Locations[o.location]
		for _, u := range l.Reads {
			k, is := o.keys[u]
			if shared != is || shared && k != key || !shared && (o.frame != s.frame || !genOverlap(u, v)) {
				continue
			}
			if !shared && isMemory(v) && u != v {
				continue
			}
			if g.WrittenBy(n, u) == step {
				list = append(list, n)
				break
			}
		}
	}
	return list
}

func isMemory(v int) bool { return v == vField || v == vElement || v == vEntry }
