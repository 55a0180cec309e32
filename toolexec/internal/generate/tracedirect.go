package generate

// What writes events in generated code. put reports that it has not written, because
// the runtime has to: it makes room, or follows a limit. Each function is small enough
// to be inlined, or is a call of its own.

// hookedText leaves all of it to the runtime.
const hookedText = `
func (r *PREFIXRecorder) put(events, n uint64) bool { return r != nil }
`

// directText writes into the recorder's cache. whole has the bytes in its lower half
// and the steps in its upper one: other goroutines see all of an event or nothing. It
// stores no pointer. Events are up to eight bytes, and a value is up to 64 and a
// string's text; rt/trace leaves that much room after the limit.
const directText = `
type (
	PREFIXInt     = int64
	PREFIXUint    = uint64
	PREFIXFloat   = float64
	PREFIXBool    = bool
	PREFIXString  = string
	PREFIXPointer = PREFIXTraceUnsafe.Pointer
)

func (r *PREFIXRecorder) put(events, n uint64) bool {
	if r == nil {
		return false
	}
	w := r.whole
	if uint32(w) >= r.limit {
		return true
	}
	*(*uint64)(PREFIXTraceUnsafe.Pointer(uintptr(r.cache) + uintptr(uint32(w)))) = events
	r.whole = w + n
	return false
}

func (r *PREFIXRecorder) set(at uint32, b byte) uint32 {
	*(*byte)(PREFIXTraceUnsafe.Pointer(uintptr(r.cache) + uintptr(at))) = b
	return at + 1
}

func (r *PREFIXRecorder) number(at uint32, n uint64) uint32 {
	for n >= 0x80 {
		at = r.set(at, byte(n)|0x80)
		n >>= 7
	}
	return r.set(at, byte(n))
}

func (r *PREFIXRecorder) value(variable uint32, kind byte) uint32 {
	event := byte(3)
	if variable >= 1<<31 {
		event, variable = 13, variable<<1>>1
	}
	at := r.number(r.set(uint32(r.whole), event), uint64(variable))
	return r.set(at, kind)
}

func (r *PREFIXRecorder) written(at uint32) { r.whole = r.whole>>32<<32 | uint64(at) }

func (r *PREFIXRecorder) ofInt(variable uint32, n int64) {
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, n)
		return
	}
	r.written(r.number(r.value(variable, 4), uint64(n)<<1^uint64(n>>63)))
}

func (r *PREFIXRecorder) ofUint(variable uint32, n uint64) {
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, n)
		return
	}
	r.written(r.number(r.value(variable, 5), n))
}

func (r *PREFIXRecorder) ofBool(variable uint32, b bool) {
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, b)
		return
	}
	kind := byte(2)
	if b {
		kind = 3
	}
	r.written(r.value(variable, kind))
}

func (r *PREFIXRecorder) ofFloat(variable uint32, f float64) {
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, f)
		return
	}
	at := r.value(variable, 6)
	*(*float64)(PREFIXTraceUnsafe.Pointer(uintptr(r.cache) + uintptr(at))) = f
	r.written(at + 8)
}

func (r *PREFIXRecorder) ofPointer(variable uint32, p PREFIXTraceUnsafe.Pointer) {
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, p)
		return
	}
	r.written(r.number(r.value(variable, 9), uint64(uintptr(p))))
}

func (r *PREFIXRecorder) ofString(variable uint32, s string) {
	head := (*struct {
		text   PREFIXTraceUnsafe.Pointer
		length uintptr
	})(PREFIXTraceUnsafe.Pointer(&s))
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, s)
		return
	}
	kept := head.length
	if kept > uintptr(r.text) {
		kept = uintptr(r.text)
	}
	at := r.number(r.number(r.value(variable, 8), uint64(head.length)), uint64(kept))
	for i := uintptr(0); i < kept; i++ {
		at = r.set(at, *(*byte)(PREFIXTraceUnsafe.Pointer(uintptr(head.text) + i)))
	}
	r.written(at)
}

func PREFIXSlice[E interface{}](r *PREFIXRecorder, variable uint32, s []E) {
	if uint32(r.whole) >= r.limit {
		PREFIXValue(r, variable, s)
		return
	}
	head := (*[3]uintptr)(PREFIXTraceUnsafe.Pointer(&s))
	at := r.number(r.value(variable, 10), uint64(head[0]))
	r.written(r.number(r.number(at, uint64(head[1])), uint64(head[2])))
}
`
