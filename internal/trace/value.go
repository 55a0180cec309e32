package trace

import (
	"math"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Type is a value's own type, if the type of its variable does not say it.
type Type struct {
	Name   string
	Fields []string // of a struct, the first of them
}

// Value is what a variable held.
type Value struct {
	Kind     wire.Kind
	Int      int64
	Uint     uint64 // for an address, too
	Float    float64
	Imag     float64
	Text     string // of a string, its first bytes
	Len, Cap uint64 // of a string, slice or array
	Type     *Type
	Parts    []Value // fields, elements, or what is in an interface
}

// String returns a value as Go source would write it, as far as it was recorded.
func (v Value) String() string {
	switch v.Kind {
	case wire.KindNil:
		return "nil"
	case wire.KindFalse:
		return "false"
	case wire.KindTrue:
		return "true"
	case wire.KindInt:
		return strconv.FormatInt(v.Int, 10)
	case wire.KindUint:
		return strconv.FormatUint(v.Uint, 10)
	case wire.KindFloat:
		return strconv.FormatFloat(v.Float, 'g', -1, 64)
	case wire.KindComplex:
		c := strconv.FormatComplex(complex(v.Float, v.Imag), 'g', -1, 128)
		return c
	case wire.KindString:
		return v.quoted()
	case wire.KindPointer, wire.KindMap, wire.KindChan, wire.KindFunc:
		return address(v.Uint)
	case wire.KindSlice:
		if v.Uint == 0 && v.Cap == 0 {
			return "nil"
		}
		return "len " + strconv.FormatUint(v.Len, 10) + " cap " + strconv.FormatUint(v.Cap, 10) + " at " + address(v.Uint)
	case wire.KindStruct, wire.KindArray:
		return v.braces()
	case wire.KindInterface:
		return v.typeName() + "(" + v.inner().String() + ")"
	case wire.KindRedacted:
		return "«redacted»"
	case wire.KindCut:
		return "…"
	}
	return "?"
}

func (v Value) typeName() string {
	if v.Type == nil {
		return "?"
	}
	return v.Type.Name
}

func (v Value) inner() Value {
	if len(v.Parts) == 0 {
		return Value{}
	}
	return v.Parts[0]
}

func (v Value) quoted() string {
	text := strconv.Quote(v.Text)
	if more := v.Len - uint64(len(v.Text)); v.Len > uint64(len(v.Text)) {
		text += "… +" + strconv.FormatUint(more, 10)
	}
	return text
}

func (v Value) braces() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, part := range v.Parts {
		if i > 0 {
			b.WriteString(", ")
		}
		if v.Type != nil && i < len(v.Type.Fields) {
			b.WriteString(v.Type.Fields[i] + ": ")
		}
		b.WriteString(part.String())
	}
	if v.Kind == wire.KindArray && v.Len > uint64(len(v.Parts)) {
		b.WriteString(", … +" + strconv.FormatUint(v.Len-uint64(len(v.Parts)), 10))
	}
	b.WriteByte('}')
	return b.String()
}

func address(n uint64) string {
	if n == 0 {
		return "nil"
	}
	return "0x" + strconv.FormatUint(n, 16)
}

// JSON returns a value for JSON: numbers and booleans as such if JSON has them
// exactly, everything else as text.
func (v Value) JSON() any {
	switch v.Kind {
	case wire.KindNil:
		return nil
	case wire.KindFalse, wire.KindTrue:
		return v.Kind == wire.KindTrue
	case wire.KindInt:
		if v.Int > -(1<<53) && v.Int < 1<<53 {
			return v.Int
		}
	case wire.KindUint:
		if v.Uint < 1<<53 {
			return v.Uint
		}
	case wire.KindFloat:
		if !math.IsNaN(v.Float) && !math.IsInf(v.Float, 0) {
			return v.Float
		}
	case wire.KindString:
		if v.Len == uint64(len(v.Text)) {
			return v.Text
		}
	case wire.KindInterface:
		return v.inner().JSON()
	}
	return v.String()
}
