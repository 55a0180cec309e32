package relations

import (
	"context"
	"slices"

	"github.com/goat-trace/goat/hub/trace"
)

// readBy returns the steps that read what a step has written to a variable, in
// order, at most limit of them: those of which writtenBy says that it is the step.
func (t *Trace) readBy(ctx context.Context, a at, v, limit int) ([]uint64, error) {
	if !a.Own(a.callIndex(), v) {
		var key uint64
		if access, ok := a.Access(a.step, a.callIndex(), v, true); ok {
			key = a.KeyOf(access, t.keys[a.entry])
		}
		if key != 0 {
			return t.sharedReaders(ctx, a, key, limit)
		}
		r := &readers{limit: limit, alive: map[int][]int{v: {v}}, byName: true}
		err := t.ownReaders(ctx, a, r)
		return r.list, err
	}
	r := &readers{limit: limit, alive: make(map[int][]int)}
	for _, u := range a.Overlaps(a.callIndex(), v) {
		r.alive[u] = a.Overlaps(a.callIndex(), u)
	}
	err := t.ownReaders(ctx, a, r)
	return r.list, err
}

// ReadBy returns the steps that read what a step has written to a variable. Of a
// variable that the step reads it returns those that read the same value.
func (t *Trace) ReadBy(ctx context.Context, s *Step, access *Access, written bool, limit int) ([]uint64, error) {
	step, v := s.Number, access.Variable
	if access.Called != "" {
		return nil, nil // the steps of the call say it
	}
	if !written {
		if access.Step == 0 || access.Argument {
			return []uint64{s.Number}, nil
		}
		step = access.Step
	}
	a, err := t.at(ctx, step)
	if err != nil {
		return nil, err
	}
	if step != s.Number {
		if v = t.sameThere(ctx, s, access, a); v < 0 {
			return []uint64{s.Number}, nil
		}
	}
	return t.readBy(ctx, a, v, limit)
}

// sameThere returns which variable of the writing step's function is the one that a
// step reads, -1 if that is not known.
func (t *Trace) sameThere(ctx context.Context, s *Step, access *Access, writer at) int {
	reader, err := t.at(ctx, s.Number)
	if err != nil {
		return -1
	}
	if reader.Own(reader.callIndex(), access.Variable) {
		if common(writer.Writes(writer.index), []int{access.Variable}) {
			return access.Variable
		}
		return -1
	}
	own, ok := reader.Access(s.Number, reader.callIndex(), access.Variable, false)
	if !ok {
		return -1
	}
	key := reader.KeyOf(own, t.keys[reader.entry])
	for _, n := range writer.ByKey(key, t.keys[writer.entry]) {
		if w := &writer.Accesses[n]; w.Write && w.Step == writer.step && !w.Entered {
			return int(w.Variable)
		}
	}
	return -1
}

// readers are the steps found so far. Alive are the variables of which the written
// one is still a part, each with those that have memory in common with it.
type readers struct {
	limit  int
	alive  map[int][]int
	byName bool // reads count alone whose memory is not known
	list   []uint64
}

func (r *readers) done() bool { return len(r.alive) == 0 || len(r.list) >= r.limit }

func (r *readers) written(v int) {
	for u, among := range r.alive {
		if slices.Contains(among, v) {
			delete(r.alive, u)
		}
	}
}

// ownReaders goes through the steps of the call after a step.
func (t *Trace) ownReaders(ctx context.Context, a at, r *readers) error {
	t.scan(r, a.part, a.entry, a.callIndex(), a.index+1)
	c := a.call()
	entry, end := a.entry, c.EndPlace
	for end >= 0 && !r.done() {
		u, ok := t.after(entry, uint64(end))
		if !ok {
			return nil
		}
		if r.concerns(u.CallUse) {
			list, err := t.parts(ctx, u.entry)
			if err != nil {
				return err
			}
			for n := range list[0].Calls {
				if list[0].Calls[n].Place == end {
					t.scan(r, list[0], u.entry, int32(n), 0)
				}
			}
		}
		entry, end = u.entry, int(u.End)-1
	}
	return nil
}

// concerns reports whether a segment has a read to be found, or a write that ends
// the search for some variables.
func (r *readers) concerns(u *trace.CallUse) bool {
	for _, v := range u.Vars {
		if _, alive := r.alive[int(v.Variable)]; alive && v.FirstRead > 0 {
			return true
		}
	}
	for _, v := range u.Vars {
		if v.FirstWrite > 0 {
			r.written(int(v.Variable))
		}
	}
	return false
}

func (t *Trace) scan(r *readers, p *part, entry int, call, from int32) {
	for i := from; int(i) < len(p.Steps) && !r.done(); i++ {
		if p.Steps[i].Call != call {
			continue
		}
		l := p.Location(i)
		if l == nil {
			continue
		}
		for _, v := range l.Reads {
			if _, alive := r.alive[v]; alive && !(r.byName && t.knows(p, entry, i, v)) {
				r.list = append(r.list, p.Number(i))
				break
			}
		}
		for _, v := range p.Writes(i) {
			r.written(v)
		}
	}
}

// knows reports whether it is known which memory a step reads.
func (t *Trace) knows(p *part, entry int, i int32, v int) bool {
	a, ok := p.Access(p.Number(i), p.Steps[i].Call, v, false)
	return ok && p.KeyOf(a, t.keys[entry]) != 0
}

// sharedReaders finds the reads with a key after a step of which it is the writer.
func (t *Trace) sharedReaders(ctx context.Context, a at, key uint64, limit int) ([]uint64, error) {
	var found []uint64
	running := a.call().EndPlace >= 0 && a.call().Last == a.index
	for i := a.entry; i < len(t.entries); i++ {
		if i > a.entry && running {
			running = t.entries[i].Low > uint64(a.call().EndPlace) && !t.steps(i, a.call().EndPlace)
		}
		use := t.access(i, key)
		if use == nil {
			continue
		}
		if use.FirstRead > 0 {
			list, err := t.parts(ctx, i)
			if err != nil {
				return nil, err
			}
			in := segment{list[0], i}
			if found, err = t.readersIn(ctx, in, wanted{a.step, key, limit}, found); err != nil || len(found) >= limit {
				return found, err
			}
		}
		own := use.LastWrite == a.step || use.LastWrite == 0 && !use.Entered // it may have written late
		if !running && use.Writes > 0 && !own && use.LastAt > a.step && !t.openAtEnd(i, use) {
			return found, nil
		}
	}
	return found, nil
}

// steps reports whether the call at a place has steps in a segment.
func (t *Trace) steps(entry, place int) bool {
	for i := range t.entries[entry].Calls {
		if u := &t.entries[entry].Calls[i]; u.Start == uint64(place+1) && u.First > 0 {
			return true
		}
	}
	return false
}

// openAtEnd reports whether the last step that writes a variable in a segment has
// not ended when the segment does: others may read before it writes.
func (t *Trace) openAtEnd(entry int, use *trace.Access) bool {
	if use.Done {
		return false
	}
	for i := range t.entries[entry].Calls {
		if u := &t.entries[entry].Calls[i]; u.End > 0 && u.Last == use.LastWrite {
			return true
		}
	}
	return false
}

// segment is a segment of the trace that is in memory.
type segment struct {
	*part
	entry int
}

// wanted are the reads of what a step has written, under a key.
type wanted struct {
	writer, key uint64
	limit       int
}

// readersIn adds the reads in one segment.
func (t *Trace) readersIn(ctx context.Context, p segment, w wanted, found []uint64) ([]uint64, error) {
	for _, n := range p.ByKey(w.key, t.keys[p.entry]) {
		read := &p.Accesses[n]
		if read.Write || read.Step <= w.writer || slices.Contains(found, read.Step) {
			continue
		}
		reader, err := t.in(p.part, p.entry, read.Step)
		if err != nil {
			return nil, err
		}
		o, err := t.sharedWriter(ctx, reader, w.key)
		if err != nil {
			return nil, err
		}
		if o.Step == w.writer {
			found = append(found, read.Step)
		}
		if len(found) >= w.limit {
			break
		}
	}
	return found, nil
}
