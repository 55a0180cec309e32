package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// entryVersion begins the bytes of an entry. It is raised when what an entry says
// changes: a store then computes its entries again.
const entryVersion = 2

// ErrEntry says that bytes are no index entry of this version. The segment that it
// was of gives it again.
var ErrEntry = errors.New("it is no index entry of this version of goat")

// MarshalBinary returns an entry's bytes.
func (e *Entry) MarshalBinary() ([]byte, error) {
	c := &coder{b: []byte{entryVersion}}
	c.entry(e)
	return c.b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (e *Entry) UnmarshalBinary(b []byte) error {
	if len(b) == 0 || b[0] != entryVersion {
		return ErrEntry
	}
	c := &coder{b: b[1:], reads: true}
	*e = Entry{}
	c.entry(e)
	if c.bad || len(c.b) > 0 {
		return fmt.Errorf("%w: its bytes are cut off or changed", ErrEntry)
	}
	return nil
}

// coder writes fields, or reads them: one list of the fields does for both.
type coder struct {
	b     []byte
	reads bool
	bad   bool
}

func (c *coder) numbers(list ...*uint64) {
	for _, n := range list {
		if !c.reads {
			c.b = binary.AppendUvarint(c.b, *n)
			continue
		}
		v, size := binary.Uvarint(c.b)
		if size <= 0 {
			c.bad, c.b = true, nil
			return
		}
		*n, c.b = v, c.b[size:]
	}
}

func (c *coder) signed(n *int64) {
	u := uint64(*n)
	c.numbers(&u)
	*n = int64(u)
}

func (c *coder) truth(list ...*bool) {
	for _, t := range list {
		var n uint64
		if *t {
			n = 1
		}
		c.numbers(&n)
		*t = n == 1
	}
}

func (c *coder) text(s *string) {
	n := uint64(len(*s))
	c.numbers(&n)
	if !c.reads {
		c.b = append(c.b, *s...)
		return
	}
	if n > uint64(len(c.b)) {
		c.bad, c.b = true, nil
		return
	}
	*s, c.b = string(c.b[:n]), c.b[n:]
}

// list codes a slice. Each element takes a byte at least.
func list[T any](c *coder, s *[]T, each func(*T)) {
	n := uint64(len(*s))
	c.numbers(&n)
	if c.reads {
		if n > uint64(len(c.b)) {
			c.bad, c.b = true, nil
			return
		}
		if n > 0 {
			*s = make([]T, n)
		}
	}
	for i := range *s {
		each(&(*s)[i])
	}
}

func (c *coder) entry(e *Entry) {
	c.numbers(&e.Trace, &e.Goroutine, &e.Number, &e.First, &e.Steps)
	c.signed(&e.Started)
	c.signed(&e.Ended)
	c.text(&e.Damaged)
	c.numbers(&e.Limit, &e.Outermost, &e.Hidden, &e.StartStack, &e.EndStack, &e.Height, &e.Low)
	list(c, &e.Skips, func(s *Skip) { c.numbers(&s.After, &s.Steps, &s.Limit) })
	c.numbers(&e.ParentTrace, &e.ParentStep, &e.ParentGoroutine)
	list(c, &e.Functions, func(f *FunctionUse) {
		c.numbers(&f.Function)
		list(c, &f.Locations, func(n *uint64) { c.numbers(n) })
	})
	list(c, &e.Tops, func(t *Top) { c.numbers(&t.Height, &t.Step) })
	list(c, &e.Calls, c.call)
	var last uint64
	list(c, &e.Shared, func(a *Access) { // keys ascend, so their differences are shorter
		key := a.Key - last
		c.numbers(&key)
		a.Key = last + key
		last = a.Key
		c.access(a)
	})
	list(c, &e.Pending, func(p *PendingAccess) {
		c.access(&p.Access)
		c.numbers(&p.Place, &p.Base, &p.Index, &p.Address, &p.Text)
		c.signed(&p.Offset)
		c.signed(&p.Stride)
		c.truth(&p.Map)
	})
}

func (c *coder) access(a *Access) {
	c.numbers(&a.FirstRead, &a.LastRead, &a.Writes, &a.LastWrite, &a.LastAt)
	c.truth(&a.Entered, &a.Done)
}

func (c *coder) call(u *CallUse) {
	c.numbers(&u.Start, &u.Index, &u.End, &u.Function, &u.Caller, &u.CallerStart, &u.First, &u.Last, &u.LastAt)
	list(c, &u.Vars, func(v *VarUse) {
		c.numbers(&v.Variable, &v.FirstRead, &v.LastRead, &v.FirstWrite, &v.LastWrite)
	})
	list(c, &u.Controls, func(l *LocationStep) { c.numbers(&l.Location, &l.Step) })
	list(c, &u.Held, func(h *Held) {
		c.numbers(&h.Variable, &h.Value)
		c.truth(&h.Text)
	})
}
