package trace

import (
	"encoding/binary"
	"reflect"
	"strings"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// typeInfo is what is known about a type of values.
type typeInfo struct {
	name     string
	kind     reflect.Kind
	fields   []string // of a struct
	redacted []bool
	hidden   bool // no value of the type is recorded
}

// infoOf returns what is known about a type. It calls no code of the user.
func (s *share) infoOf(t reflect.Type) *typeInfo {
	if known, ok := s.types.Load(t); ok {
		return known.(*typeInfo)
	}
	info := &typeInfo{name: t.String(), kind: t.Kind()}
	info.hidden = s.redacts(t.Name())
	if t.Kind() == reflect.Struct {
		for i := range min(t.NumField(), s.elements) {
			f := t.Field(i)
			info.fields = append(info.fields, f.Name)
			info.redacted = append(info.redacted, s.redacts(f.Name))
		}
	}
	known, _ := s.types.LoadOrStore(t, info)
	return known.(*typeInfo)
}

// redacts reports whether a name contains a word that must not be recorded.
func (s *share) redacts(name string) bool {
	if name == "" {
		return false
	}
	plain := strings.ReplaceAll(strings.ToLower(name), "_", "")
	for _, w := range s.redact {
		if strings.Contains(plain, w) {
			return true
		}
	}
	return false
}

// renderer writes values. A recorder has one.
type renderer struct {
	share *share
	types map[*typeInfo]uint64 // that the segment defines
	defs  []byte               // the definitions that the last value needs
}

// appendValue appends a value. It reads the variable itself and the text of
// strings. It does not follow pointers, because another goroutine may own what they
// point to. The value it is given is in a variable of the caller, or in an
// interface, whose content never changes.
func (r *renderer) appendValue(b []byte, v reflect.Value, depth int) []byte {
	if !v.IsValid() {
		return append(b, byte(wire.KindNil))
	}
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.String:
		if t := v.Type(); t.PkgPath() != "" && r.share.infoOf(t).hidden { // a type of its own
			return append(b, byte(wire.KindRedacted))
		}
		return r.appendBasic(b, v)
	case reflect.Struct, reflect.Array, reflect.Interface:
		if r.share.infoOf(v.Type()).hidden {
			return append(b, byte(wire.KindRedacted))
		}
		return r.appendParts(b, v, depth)
	}
	return r.appendReference(b, v)
}

func (r *renderer) appendBasic(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, byte(wire.KindTrue))
		}
		return append(b, byte(wire.KindFalse))
	case reflect.Float32, reflect.Float64:
		return wire.AppendFloat(b, v.Float())
	case reflect.Complex64, reflect.Complex128:
		return wire.AppendComplex(b, v.Complex())
	case reflect.String:
		return wire.AppendString(b, v.String(), r.share.text)
	}
	if v.CanInt() {
		return wire.AppendInt(b, v.Int())
	}
	return wire.AppendNumbers(b, wire.KindUint, v.Uint())
}

// appendReference appends the address in a value that refers to something else. The
// lengths of maps and channels are not read, because they are behind the pointer.
func (r *renderer) appendReference(b []byte, v reflect.Value) []byte {
	if t := v.Type(); t.PkgPath() != "" && r.share.infoOf(t).hidden {
		return append(b, byte(wire.KindRedacted))
	}
	address := uint64(v.Pointer())
	switch v.Kind() {
	case reflect.Slice:
		return wire.AppendNumbers(b, wire.KindSlice, address, uint64(v.Len()), uint64(v.Cap()))
	case reflect.Map:
		return wire.AppendNumbers(b, wire.KindMap, address)
	case reflect.Chan:
		return wire.AppendNumbers(b, wire.KindChan, address)
	case reflect.Func:
		return wire.AppendNumbers(b, wire.KindFunc, address)
	}
	return wire.AppendNumbers(b, wire.KindPointer, address)
}

func (r *renderer) appendParts(b []byte, v reflect.Value, depth int) []byte {
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return append(b, byte(wire.KindNil))
		}
		return r.appendDynamic(b, v.Elem(), depth)
	}
	if depth >= r.share.depth {
		return append(b, byte(wire.KindCut))
	}
	if v.Kind() == reflect.Array {
		n := min(v.Len(), r.share.elements)
		b = wire.AppendNumbers(b, wire.KindArray, uint64(v.Len()), uint64(n))
		for i := range n {
			b = r.appendValue(b, v.Index(i), depth+1)
		}
		return b
	}
	info := r.share.infoOf(v.Type())
	b = wire.AppendNumbers(b, wire.KindStruct, r.define(info), uint64(len(info.fields)))
	for i := range info.fields {
		if info.redacted[i] {
			b = append(b, byte(wire.KindRedacted))
		} else {
			b = r.appendValue(b, v.Field(i), depth+1)
		}
	}
	return b
}

// appendDynamic appends a value together with its type, which only a value in an
// interface needs.
func (r *renderer) appendDynamic(b []byte, v reflect.Value, depth int) []byte {
	info := r.share.infoOf(v.Type())
	if info.hidden {
		return append(b, byte(wire.KindRedacted))
	}
	b = wire.AppendNumbers(b, wire.KindInterface, r.define(info))
	return r.appendValue(b, v, depth)
}

// define returns the number of a type in the segment. The first time, it puts the
// type's definition before the value.
func (r *renderer) define(info *typeInfo) uint64 {
	if n, ok := r.types[info]; ok {
		return n
	}
	n := uint64(len(r.types)) + 1
	r.types[info] = n
	r.defs = wire.AppendEvent(r.defs, wire.EventType, n, uint64(info.kind))
	r.defs = wire.AppendText(r.defs, info.name)
	r.defs = binary.AppendUvarint(r.defs, uint64(len(info.fields)))
	for _, f := range info.fields {
		r.defs = wire.AppendText(r.defs, f)
	}
	return n
}
