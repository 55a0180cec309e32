package trace

import (
	"hash/fnv"
	"strconv"
	"strings"

	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Certainty says how well a variable's identity is known.
type Certainty uint8

// The certainties, the best first.
const (
	// Exact: a variable of one call, or of a package in one goroutine.
	Exact Certainty = iota
	// ByAddress: memory or a map's entry by its address. The address may have been
	// used again for something else.
	ByAddress
	// ByDeclaration: a variable that function literals share. Another call of the
	// function that declares it has one of its own, which cannot be told apart.
	ByDeclaration
	// ByName: the same expression in the same call. It may name different memory.
	ByName
)

func (c Certainty) String() string {
	return [...]string{"exact", "by address", "by declaration", "by name"}[min(c, ByName)]
}

// class says by what a variable is identified.
type class uint8

const (
	own    class = iota // call and slot
	shared              // a key that is known by the table alone
	memory              // the address that another variable holds
)

// access is how a function's variable is identified.
type variable struct {
	class     class
	certainty Certainty
	key       uint64       // of a shared one
	place     *steps.Place // of memory
	overlaps  []int        // variables of the function that have memory in common with it, itself included
}

// variables returns how each variable of a function is identified.
func variables(fn *steps.Function, t *steps.Table) []variable {
	list := make([]variable, len(fn.Variables))
	for i := range fn.Variables {
		v := &fn.Variables[i]
		switch {
		case v.Kind == "global":
			name := v.Name
			if !strings.Contains(name, ".") {
				name = t.Package[strings.LastIndexByte(t.Package, '/')+1:] + "." + name
			}
			list[i] = variable{class: shared, key: hash("global", name)}
		case v.Kind == "heap":
			list[i] = heapVariable(fn, i)
		case v.Kind == "captured" || v.Shared:
			key := hash("declared", t.Package, t.Files[fn.File], strconv.Itoa(v.Line), strconv.Itoa(v.Column), v.Name)
			list[i] = variable{class: shared, certainty: ByDeclaration, key: key}
		}
		list[i].overlaps = append(list[i].overlaps, i)
	}
	overlaps(fn, list)
	return list
}

func heapVariable(fn *steps.Function, i int) variable {
	p := fn.Variables[i].Place
	if p == nil {
		return variable{certainty: ByName}
	}
	plain := func(n int) bool {
		v := fn.Variables[n]
		return v.Kind != "global" && v.Kind != "captured" && v.Kind != "heap" && !v.Shared
	}
	switch {
	case !plain(p.Base):
		return variable{certainty: ByName}
	case p.Through && (p.Index == 0 || plain(p.Index-1)):
		return variable{class: memory, certainty: ByAddress, place: p}
	case !p.Through && p.Index == 0:
		return variable{place: p}
	}
	return variable{certainty: ByName, place: p}
}

// overlaps notes which parts of local variables have memory in common.
func overlaps(fn *steps.Function, list []variable) {
	root := func(i int) (int, string) {
		if p := fn.Variables[i].Place; fn.Variables[i].Kind == "heap" && p != nil && !p.Through {
			return p.Base, p.Path
		}
		return i, ""
	}
	for i := range list {
		base, path := root(i)
		if base == i || list[i].class != own {
			continue
		}
		for j := range list {
			other, otherPath := root(j)
			if j == i || other != base || list[j].class != own {
				continue
			}
			if within(path, otherPath) || within(otherPath, path) {
				list[i].overlaps = append(list[i].overlaps, j)
				if j == base {
					list[j].overlaps = append(list[j].overlaps, i)
				}
			}
		}
	}
}

// within reports whether one path is the other, or leads into it.
func within(path, into string) bool {
	rest, ok := strings.CutPrefix(path, into)
	return ok && (rest == "" || into == "" || rest[0] == '.' || rest[0] == '[')
}

// The keys of what is shared.

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // it cannot fail
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

func mix(kind, a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 ^ b*0xff51afd7ed558ccd ^ kind
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>29
}

func memoryKey(address uint64) uint64    { return mix(1, address, 0) }
func mapKey(address, text uint64) uint64 { return mix(2, address, text) }

// held returns what a value is worth as a part of a key.
func held(v steps.Value) (h Held, ok bool) {
	switch v.Kind {
	case wire.KindPointer, wire.KindMap, wire.KindSlice, wire.KindUint:
		h.Value = v.Uint
	case wire.KindInt:
		h.Value = uint64(v.Int)
	case wire.KindString:
		if v.Len != uint64(len(v.Text)) {
			return h, false
		}
		h.Value, h.Text = hash(v.String()), true
	case wire.KindTrue, wire.KindFalse:
		h.Value, h.Text = hash(v.String()), true
	default:
		return h, false
	}
	return h, true
}

// asText returns the hash of a map's key.
func (h Held) asText() uint64 {
	if h.Text {
		return h.Value
	}
	return hash(strconv.FormatInt(int64(h.Value), 10))
}

// Resolve returns the key of a pending access; find returns what a variable of the
// call at a place held at the segment's start; nil if nothing is known of that.
func (p *PendingAccess) Resolve(find func(place, variable uint64) (Held, bool)) (uint64, bool) {
	address, text, offset := p.Address, p.Text, p.Offset
	if find == nil {
		find = func(uint64, uint64) (Held, bool) { return Held{}, false }
	}
	if p.Base > 0 {
		h, ok := find(p.Place, p.Base-1)
		if !ok || h.Text {
			return 0, false
		}
		address = h.Value
	}
	if p.Index > 0 {
		h, ok := find(p.Place, p.Index-1)
		switch {
		case !ok, h.Text && h.Value == 0:
			return 0, false
		case p.Map:
			text = h.asText()
		case h.Text:
			return 0, false
		default:
			offset += int64(h.Value) * p.Stride
		}
	}
	if address == 0 {
		return 0, false
	}
	if p.Map {
		return mapKey(address, text), true
	}
	return memoryKey(address + uint64(offset)), true
}
