package generate

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/analyzers/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// TraceName is the file that goat adds to a package whose functions can be
// recorded. It comes before the package's own, as CountersName does.
const TraceName = "goat_trace.go"

// Trace is what makes a package recordable.
type Trace struct {
	Edits     [][]trace.Edit // of each of Package.Files
	Table     []byte
	Digest    string
	Functions int
	// Direct says that generated code writes into a recorder's cache by itself. It
	// needs a processor that keeps stores in order and has the lowest byte first, and
	// a compiler that does not watch memory accesses. Otherwise the runtime writes.
	Direct bool
}

// tracer writes the code that records steps. All that it inserts into the user's
// functions names nothing but goat's own.
type tracer struct {
	prefix  string
	trace   *Trace
	points  bool                 // the package has counters
	shapes  map[trace.Shape]bool // of functions that goroutines start with
	results map[int]bool         // numbers of results for which there is a deferred call
}

// TraceNeeds are the predeclared names that the generated file uses.
func TraceNeeds() []string {
	return []string{"byte", "uint32", "int64", "uint64", "uintptr", "float64", "string", "bool", "nil", "true", "false"}
}

// CanTrace reports whether the package leaves the names alone that the generated file
// uses; if not, it returns the first.
func (p *Package) CanTrace() (name string, ok bool) {
	for _, name := range TraceNeeds() {
		if declares(p, name) {
			return name, false
		}
	}
	return "", true
}

// rewriteEdits returns the edits of a file as text.
func (t *tracer) rewriteEdits(edits []trace.Edit) []rewrite.Edit {
	list := make([]rewrite.Edit, 0, len(edits))
	for _, e := range edits {
		r := rewrite.Edit{Anchor: e.Anchor, Node: e.Node, Pos: e.Pos, Drop: e.Drop, Code: t.code(e.Op)}
		switch {
		case e.Place == trace.Copied:
			r.Where, r.Tail = rewrite.Copied, "}};"
			if len(e.Op.Results) == 0 {
				r.Tail = ";return}};"
			}
		case e.Place == trace.After:
			r.Where = rewrite.After
		case e.Place == trace.At && (e.Op.Kind == trace.KeepClose || e.Op.Kind == trace.ResultClose):
			r.Where = rewrite.Behind
		case e.Place == trace.At:
			r.Where = rewrite.Front
		}
		list = append(list, r)
	}
	return list
}

// code returns the text of what is inserted.
func (t *tracer) code(op trace.Op) string {
	p := t.prefix
	switch op.Kind {
	case trace.Enter:
		return t.entry(op)
	case trace.Step:
		return t.put(step(op))
	case trace.True:
		return t.put([]byte{wire.EventTrue}, 0)
	case trace.False:
		return t.put([]byte{wire.EventFalse}, 0)
	case trace.Return:
		if op.Copied {
			return t.recordResults(op) + p + "T.ends()"
		}
		return p + "T.returns()"
	case trace.Body:
		return fmt.Sprintf("%sT.body(%d)", p, op.Number)
	case trace.Exit:
		return fmt.Sprintf("%sT.exits(%d)", p, op.Number)
	case trace.Value:
		past := ""
		if op.Back > 0 {
			past = t.put(wire.AppendEvent(nil, wire.EventPast, uint64(op.Back)), 0) + ";"
		}
		return fmt.Sprintf("if %sT.values(){%s%s}", p, past, t.value(op))
	case trace.KeepOpen:
		return fmt.Sprintf("%sKeep(%sT,%d,", p, p, variable(op))
	case trace.KeepClose:
		return ")"
	case trace.ResultName:
		return t.result(op.Number) + " "
	case trace.ResultOpen:
		return "(" + t.result(0) + " "
	case trace.ResultClose:
		return ")"
	case trace.ReturnOpen:
		return strings.Join(t.assigned(op), ",") + "="
	case trace.ReturnClose:
		code := p + "T.returns();"
		if op.Copied {
			code = t.recordResults(op) + p + "T.ends();"
		}
		if op.Number > 0 {
			code += fmt.Sprintf("%sT.exits(%d);", p, op.Number)
		}
		if op.Deref {
			return code + "return " + strings.Join(t.assigned(op), ",")
		}
		return code + "return"
	case trace.First:
		return t.first(op)
	case trace.Round:
		return fmt.Sprintf("%sT.round(%d)", p, op.Number)
	case trace.SpawnOpen:
		return fmt.Sprintf("{%[1]sG:=%[1]sT.spawn()", p)
	case trace.SpawnClose:
		return "}"
	case trace.GoOpen:
		t.shapes[op.Shape] = true
		return fmt.Sprintf("%[1]sGo%[2]s(%[1]sT.spawn(),", p, shapeName(op.Shape))
	case trace.GoClose:
		return ")"
	case trace.Label:
		return p + "L" + op.Expr
	}
	return ""
}

// step returns the bytes of a step, and how many steps they are.
func step(op trace.Op) ([]byte, int) {
	var b []byte
	switch op.Outcome {
	case trace.True:
		b = append(b, wire.EventTrue)
	case trace.False:
		b = append(b, wire.EventFalse)
	}
	return wire.AppendSteps(b, uint32(op.Number), uint32(op.Count)), op.Count
}

// put returns code that records at most eight bytes of events.
func (t *tracer) put(b []byte, steps int) string {
	var word uint64
	for i, c := range b {
		word |= uint64(c) << (8 * i)
	}
	args := fmt.Sprintf("(%#x,%#x)", word, steps<<32|len(b))
	return fmt.Sprintf("if %[1]sT.put%[2]s{%[1]sT.full%[2]s}", t.prefix, args)
}

// value returns code that records a value. It converts a value to the type that it is
// written as, by the names that the generated file gives these types.
func (t *tracer) value(op trace.Op) string {
	p := t.prefix
	form := map[trace.Form]string{
		trace.IntForm: "Int", trace.UintForm: "Uint", trace.FloatForm: "Float", trace.BoolForm: "Bool",
		trace.StringForm: "String", trace.PointerForm: "Pointer",
	}[op.Form]
	switch {
	case !t.trace.Direct || op.Form == trace.AnyForm:
		return fmt.Sprintf("%sValue(%sT,%d,%s)", p, p, variable(op), op.Expr)
	case op.Form == trace.SliceForm:
		return fmt.Sprintf("%sSlice(%sT,%d,%s)", p, p, variable(op), op.Expr)
	}
	return fmt.Sprintf("%[1]sT.of%[2]s(%[3]d,%[1]s%[2]s(%[4]s))", p, form, variable(op), op.Expr)
}

// The marks of a value's number (rt/trace: hooks.go).
const (
	valueResult    = 1 << 31
	valueInterface = 1 << 30
)

func variable(op trace.Op) int {
	if op.Typed {
		return op.Number | valueInterface
	}
	return op.Number
}

func (t *tracer) result(i int) string { return fmt.Sprintf("%sR%d", t.prefix, i) }

// assigned returns what a return assigns to.
func (t *tracer) assigned(op trace.Op) []string {
	list := t.names(op.Results)
	if op.Deref {
		for i := range list {
			list[i] = fmt.Sprintf("*%sP%d", t.prefix, i)
		}
	}
	return list
}

func (t *tracer) names(results []string) []string {
	list := slices.Clone(results)
	for i, name := range list {
		if name == "" {
			list[i] = t.result(i)
		}
	}
	return list
}

// entry returns what a function begins with: it asks for its goroutine's recorder,
// tells it the parameters, and defers the end of the call.
func (t *tracer) entry(op trace.Op) string {
	var b strings.Builder
	names := t.names(op.Results)
	if op.Copied {
		return t.copiedEntry(op)
	}
	if op.Deref {
		for i, name := range names {
			fmt.Fprintf(&b, "%sP%d:=&%s;", t.prefix, i, name)
		}
	}
	if op.Spawned {
		fmt.Fprintf(&b, "%[1]sT:=%[1]sBorn(%[2]d,%[1]sG);if %[1]sT.on(){", t.prefix, op.Number)
	} else {
		fmt.Fprintf(&b, "%[1]sT:=%[1]sEnter(%[2]d);if %[1]sT.on(){", t.prefix, op.Number)
	}
	t.begin(&b, op)
	t.results[len(names)] = true
	fmt.Fprintf(&b, "defer %sLeave%d(%sT", t.prefix, len(names), t.prefix)
	for i, name := range names {
		kind := 0
		if i < len(op.ResultKinds) {
			kind = op.ResultKinds[i]
		}
		fmt.Fprintf(&b, ",%d,&%s", kind, name)
	}
	b.WriteString(")}")
	return b.String()
}

// copiedEntry returns what comes before the first of two bodies. Its results are
// recorded by its returns.
func (t *tracer) copiedEntry(op trace.Op) string {
	var b strings.Builder
	enter := fmt.Sprintf("Enter(%d)", op.Number)
	if op.Spawned {
		enter = fmt.Sprintf("Born(%d,%sG)", op.Number, t.prefix)
	}
	fmt.Fprintf(&b, "if %[1]sOn!=0{if %[1]sT:=%[1]s%[3]s;%[1]sT.on(){", t.prefix, op.Number, enter)
	t.begin(&b, op)
	fmt.Fprintf(&b, "defer %[1]sUnwind(%[1]sT,%[1]sT.depth);", t.prefix)
	return b.String()
}

// begin writes what tells the recorder the parameters.
func (t *tracer) begin(b *strings.Builder, op trace.Op) {
	for _, v := range op.Values {
		b.WriteString(t.code(v) + ";")
	}
	for _, r := range op.Requests {
		fmt.Fprintf(b, "if %[1]sOn==2&&%[2]s!=nil{%[1]sT.route(%[2]s.Method,%[2]s.Pattern)};", t.prefix, r)
	}
}

// first returns what tells the recorder that a point runs, and the first time the
// values that its statement reads.
func (t *tracer) first(op trace.Op) string {
	call := fmt.Sprintf("%sT.first(%d)", t.prefix, op.Number)
	if len(op.Values) == 0 {
		return call
	}
	var b strings.Builder
	fmt.Fprintf(&b, "if %s{", call)
	for _, v := range op.Values {
		fmt.Fprintf(&b, "%[1]sFirst(%[1]sT,%[2]q,%[3]s);", t.prefix, v.Expr, v.Expr)
	}
	return b.String() + "}"
}

// recordResults returns what records the results at a return in a copied body.
func (t *tracer) recordResults(op trace.Op) string {
	var b strings.Builder
	names := t.names(op.Results)
	for i, kind := range op.ResultKinds {
		if kind != 0 {
			fmt.Fprintf(&b, "%sValue(%sT,%d,%s);", t.prefix, t.prefix, kind&valueInterface|valueResult|i, names[i])
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("if %sT.values(){%s};", t.prefix, b.String())
}

// register writes what hands the package to the tracer's runtime.
func (t *tracer) register(b *bytes.Buffer) {
	text := strings.ReplaceAll(registrationText, "PREFIX", t.prefix)
	counters := "nil"
	if t.points {
		counters = t.prefix + "TraceUnsafe.Pointer(&" + t.prefix + ")"
	}
	text = strings.ReplaceAll(text, "COUNTERS", counters)
	text = strings.ReplaceAll(text, "SYMBOL", entry.TraceSymbol)
	text = strings.ReplaceAll(text, "TABLE", strconv.QuoteToASCII(string(t.trace.Table)))
	text = strings.ReplaceAll(text, "META", strconv.Quote(fmt.Sprintf("%s %d", t.trace.Digest, t.trace.Functions)))
	b.WriteString(text)
}

// file returns the text of the file TraceName. Nothing in it is initialised, for the
// reason that CountersName gives.
func (t *tracer) file(name string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport _ \"unsafe\"\nimport %[2]sTraceUnsafe \"unsafe\"\n", name, t.prefix)
	text := traceText + hookedText
	if t.trace.Direct {
		text = traceText + directText
	}
	b.WriteString(strings.ReplaceAll(text, "PREFIX", t.prefix))
	counts := make([]int, 0, len(t.results))
	for n := range t.results {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	for _, n := range counts {
		t.leave(&b, n)
	}
	for _, s := range slices.SortedFunc(maps.Keys(t.shapes), func(a, b trace.Shape) int { return strings.Compare(shapeName(a), shapeName(b)) }) {
		t.goes(&b, s)
	}
	return b.Bytes()
}

func shapeName(s trace.Shape) string {
	name := fmt.Sprintf("%dR%d", s.Params, s.Results)
	if s.Variadic {
		name += "V"
	}
	return name
}

// goes writes what makes a function of a shape one that knows which step has started its
// goroutine. Where nothing is recorded it is the function itself.
func (t *tracer) goes(b *bytes.Buffer, s trace.Shape) {
	var names, types, params, args, results []string
	for i := range s.Params {
		typ, arg := fmt.Sprintf("A%d", i), fmt.Sprintf("a%d", i)
		names = append(names, typ)
		if s.Variadic && i == s.Params-1 {
			typ = "..." + typ
		}
		types, params = append(types, typ), append(params, arg+" "+typ)
		if s.Variadic && i == s.Params-1 {
			arg += "..."
		}
		args = append(args, arg)
	}
	for i := range s.Results {
		results = append(results, fmt.Sprintf("R%d", i))
	}
	generic := ""
	if names = append(names, results...); len(names) > 0 {
		generic = "[" + strings.Join(names, ",") + " interface{}]"
	}
	out, call := "("+strings.Join(results, ",")+")", ""
	if s.Results > 0 {
		call = "return "
	}
	list := func(s []string) string { return strings.Join(s, ",") }
	fmt.Fprintf(b, `
func %[1]sGo%[2]s%[3]s(parent uint64, f func(%[4]s)%[5]s) func(%[4]s)%[5]s {
	if parent == 0 {
		return f
	}
	return func(%[6]s)%[5]s {
		%[1]sChildHook(parent)
		defer %[1]sEndHook()
		%[7]sf(%[8]s)
	}
}
`, t.prefix, shapeName(s), generic, list(types), out, list(params), call, list(args))
}

// leave writes the deferred call of functions with n results.
func (t *tracer) leave(b *bytes.Buffer, n int) {
	var types, params, values strings.Builder
	for i := range n {
		if i > 0 {
			types.WriteString(",")
		}
		fmt.Fprintf(&types, "A%d", i)
		fmt.Fprintf(&params, ",k%d uint32,r%d *A%d", i, i, i)
		fmt.Fprintf(&values, "\tif k%d != 0 {\n\t\t%sValue(r, k%d&%d|%d, *r%d)\n\t}\n", i, t.prefix, i, valueInterface, valueResult|i, i)
	}
	generic, body := "", ""
	if n > 0 {
		generic = "[" + types.String() + " interface{}]"
		body = "\tif r.values() {\n" + values.String() + "\t}\n"
	}
	fmt.Fprintf(b, "\nfunc %sLeave%d%s(r *%sRecorder%s) {\n%s\t%sEventHook(%sTraceUnsafe.Pointer(r), 2)\n}\n", t.prefix, n, generic, t.prefix, params.String(), body, t.prefix, t.prefix)
}

// traceText is the generated file. A recorder is rt/trace's; here it has the fields of
// its head.
const traceText = `
type PREFIXRecorder struct {
	cache PREFIXTraceUnsafe.Pointer
	whole uint64
	limit uint32
	text  uint32
	depth uintptr
	rounds uint32
}

var PREFIXOn, PREFIXValues, PREFIXBase uint32

var PREFIXEnterHook func(uint32) PREFIXTraceUnsafe.Pointer

var PREFIXPutHook func(PREFIXTraceUnsafe.Pointer, uint64, uint64)

var PREFIXEventHook func(PREFIXTraceUnsafe.Pointer, uint32)

var PREFIXValueHook func(PREFIXTraceUnsafe.Pointer, uint32, PREFIXTraceUnsafe.Pointer)

var PREFIXFirstHook func(PREFIXTraceUnsafe.Pointer, uint32, uint32) bool

var PREFIXFirstValueHook func(PREFIXTraceUnsafe.Pointer, string, PREFIXTraceUnsafe.Pointer)

var PREFIXRouteHook func(PREFIXTraceUnsafe.Pointer, string, string)

func PREFIXEnter(function uint32) *PREFIXRecorder {
	if PREFIXOn == 0 {
		return nil
	}
	return (*PREFIXRecorder)(PREFIXEnterHook(PREFIXBase + function))
}

var PREFIXSpawnHook func(PREFIXTraceUnsafe.Pointer) uint64

var PREFIXBornHook func(uint32, uint64) PREFIXTraceUnsafe.Pointer

var PREFIXChildHook func(uint64)

var PREFIXEndHook func()

func PREFIXBorn(function uint32, parent uint64) *PREFIXRecorder {
	if PREFIXOn == 0 {
		return nil
	}
	return (*PREFIXRecorder)(PREFIXBornHook(PREFIXBase+function, parent))
}

func (r *PREFIXRecorder) spawn() uint64 {
	if r == nil {
		return 0
	}
	return PREFIXSpawnHook(PREFIXTraceUnsafe.Pointer(r))
}

func (r *PREFIXRecorder) route(method, pattern string) {
	PREFIXRouteHook(PREFIXTraceUnsafe.Pointer(r), method, pattern)
}

func (r *PREFIXRecorder) first(point uint32) bool {
	return r != nil && PREFIXOn == 2 && PREFIXFirstHook(PREFIXTraceUnsafe.Pointer(r), PREFIXBase, point)
}

//go:noinline
func PREFIXFirst[A interface{}](r *PREFIXRecorder, name string, value A) {
	var v interface{} = value
	PREFIXFirstValueHook(PREFIXTraceUnsafe.Pointer(r), name, PREFIXHide(PREFIXTraceUnsafe.Pointer(&v)))
}

func (r *PREFIXRecorder) on() bool { return r != nil }

func (r *PREFIXRecorder) values() bool { return r != nil && PREFIXValues != 0 }

func (r *PREFIXRecorder) full(events, n uint64) {
	PREFIXPutHook(PREFIXTraceUnsafe.Pointer(r), events, n)
}

func (r *PREFIXRecorder) returns() {
	if r != nil {
		PREFIXEventHook(PREFIXTraceUnsafe.Pointer(r), 9)
	}
}

func (r *PREFIXRecorder) ends() { PREFIXEventHook(PREFIXTraceUnsafe.Pointer(r), 1<<8|2) }

func PREFIXUnwind(r *PREFIXRecorder, depth uintptr) {
	if r.depth >= depth {
		PREFIXEventHook(PREFIXTraceUnsafe.Pointer(r), 2)
	}
}

func (r *PREFIXRecorder) body(function uint32) {
	if r != nil {
		PREFIXEventHook(PREFIXTraceUnsafe.Pointer(r), (PREFIXBase+function)<<8|14)
	}
}

func (r *PREFIXRecorder) round(location uint32) {
	if r != nil && r.rounds != 0 {
		PREFIXEventHook(PREFIXTraceUnsafe.Pointer(r), location<<8|0x41)
	}
}

func (r *PREFIXRecorder) exits(bodies uint32) {
	if r != nil {
		PREFIXEventHook(PREFIXTraceUnsafe.Pointer(r), bodies<<8|15)
	}
}

//go:noinline
func PREFIXValue[A interface{}](r *PREFIXRecorder, variable uint32, value A) {
	var v interface{} = value
	PREFIXValueHook(PREFIXTraceUnsafe.Pointer(r), variable, PREFIXHide(PREFIXTraceUnsafe.Pointer(&v)))
}

func PREFIXKeep[A interface{}](r *PREFIXRecorder, variable uint32, value A) A {
	if r.values() {
		PREFIXValue(r, variable, value)
	}
	return value
}

// PREFIXHide hides a pointer from escape analysis. What gets it does not keep it.
//
//go:nosplit
//go:nocheckptr
func PREFIXHide(p PREFIXTraceUnsafe.Pointer) PREFIXTraceUnsafe.Pointer {
	x := uintptr(p)
	return PREFIXTraceUnsafe.Pointer(x ^ 0)
}
`

// registrationText is the end of the last file: it hands the package to the tracer's
// runtime, if there is one.
const registrationText = `
var PREFIXTable, PREFIXTableMeta = TABLE, META

var PREFIXTraceInfo = [17]PREFIXTraceUnsafe.Pointer{PREFIXTraceUnsafe.Pointer(&PREFIXOn), PREFIXTraceUnsafe.Pointer(&PREFIXBase), PREFIXTraceUnsafe.Pointer(&PREFIXEnterHook), PREFIXTraceUnsafe.Pointer(&PREFIXPutHook), PREFIXTraceUnsafe.Pointer(&PREFIXEventHook), PREFIXTraceUnsafe.Pointer(&PREFIXValueHook), PREFIXTraceUnsafe.Pointer(&PREFIXTable), PREFIXTraceUnsafe.Pointer(&PREFIXTableMeta), PREFIXTraceUnsafe.Pointer(&PREFIXValues), PREFIXTraceUnsafe.Pointer(&PREFIXFirstHook), PREFIXTraceUnsafe.Pointer(&PREFIXFirstValueHook), PREFIXTraceUnsafe.Pointer(&PREFIXRouteHook), COUNTERS, PREFIXTraceUnsafe.Pointer(&PREFIXSpawnHook), PREFIXTraceUnsafe.Pointer(&PREFIXBornHook), PREFIXTraceUnsafe.Pointer(&PREFIXChildHook), PREFIXTraceUnsafe.Pointer(&PREFIXEndHook)}

//go:linkname PREFIXTraceRegister SYMBOL
var PREFIXTraceRegister []func(PREFIXTraceUnsafe.Pointer)

var _ = PREFIXTraceInit()

func PREFIXTraceInit() (done struct{}) {
	for _, PREFIXHook := range PREFIXTraceRegister {
		PREFIXHook(PREFIXTraceUnsafe.Pointer(&PREFIXTraceInfo))
	}
	return
}
`
