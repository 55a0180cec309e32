package trace

import (
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	rttrace "github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

const runJSON = `{"version": 2, "runId": "0102030405060708090a0b0c0d0e0f10", "packages": []}`

// recorded returns segments of a run with this id.
func recorded(tb testing.TB, calls int) []byte {
	tb.Helper()
	id := rttrace.RunID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	sink := new(rttrace.Memory)
	tr := rttrace.NewTracer(id, sink, rttrace.Options{Values: true, CacheLimit: 4 << 10}, nil)
	r := tr.Recorder()
	for i := range calls {
		r.Enter(uint32(i % 5))
		for k := range 20 {
			r.Step(uint32(k))
			v := any(struct {
				N    int
				Text string
				Any  any
			}{k, "text", 1.5})
			r.Value(wire.EventValue, 1, false, unsafe.Pointer(&v))
		}
		r.Body(2)
		r.Step(1)
		r.Exit(1)
		r.Event(wire.EventReturn)
		r.Leave()
	}
	if err := tr.Close(); err != nil {
		tb.Fatal(err)
	}
	return sink.Segments()
}

// open writes a folder and opens it.
func open(tb testing.TB, segments []byte) *Run {
	tb.Helper()
	dir := tb.TempDir()
	for name, data := range map[string][]byte{RunFile: []byte(runJSON), "segments-0001.goatseg": segments} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	r, err := Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// walkAll reads all traces to their ends. It returns the numbers of steps, of
// missing steps and of errors.
func walkAll(r *Run) (steps, missing uint64, damaged int) {
	for _, t := range r.Traces {
		w := t.Walk()
		for {
			it, ok := w.Next()
			if !ok {
				break
			}
			switch it.What {
			case Stepped:
				steps++
			case Gap:
				missing += it.Missing
			case Damaged:
				damaged++
			}
			_ = it.Value.String()
			_ = it.Value.JSON()
		}
		w.Close()
	}
	return steps, missing, damaged
}

// TestEveryWholeSegmentIsRead: parts that are cut off, changed or foreign are reported,
// and every whole segment is read, wherever it is.
func TestEveryWholeSegmentIsRead(t *testing.T) {
	data := recorded(t, 200)
	steps, _, _ := walkAll(open(t, data))
	if steps != 200*21 {
		t.Fatalf("got %d steps, want %d", steps, 200*21)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"cut off":           func(b []byte) []byte { return b[:len(b)-7] },
		"cut in a head":     func(b []byte) []byte { return b[:len(b)-len(b)%1000-3] },
		"a changed byte":    func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"rubbish before":    func(b []byte) []byte { return append([]byte("rubbish GOATSEG\x02 more"), b...) },
		"a magic within":    func(b []byte) []byte { copy(b[len(b)/3:], wire.Magic); return b },
		"zeros in between":  func(b []byte) []byte { clear(b[len(b)/2 : len(b)/2+100]); return b },
		"a forged length":   func(b []byte) []byte { copy(b[wire.HeadSize-8:], "\xff\xff\xff\x03"); return b },
		"only half a magic": func(b []byte) []byte { return append(b, "GOATS"...) },
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, damage(append([]byte(nil), data...)))
			got, missing, damaged := walkAll(r)
			if len(r.Problems) == 0 {
				t.Error("got no problem named")
			}
			if damaged > 0 || got < steps/2 || got == steps && name == "cut off" || got > steps {
				t.Errorf("got %d steps and %d missing of %d, and %d segments that cannot be read", got, missing, steps, damaged)
			}
		})
	}
}

// TestOtherRunsSegments: segments of another run are not shown as part of this one.
func TestOtherRunsSegments(t *testing.T) {
	other := wire.AppendSegment(nil, wire.Head{Run: 99, Trace: 1, Number: 1, First: 1, Steps: 1}, []byte{wire.FirstStep})
	r := open(t, append(other, recorded(t, 1)...))
	if steps, _, _ := walkAll(r); steps != 21 || len(r.Problems) != 1 {
		t.Errorf("got %d steps and problems %q, want 21 and that a segment is another run's", steps, r.Problems)
	}
}

func FuzzSegments(f *testing.F) {
	f.Add(recorded(f, 3))
	f.Add([]byte(wire.Magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			t.Skip()
		}
		walkAll(open(t, data))
	})
}

// FuzzEvents gives the reader events with a right checksum.
func FuzzEvents(f *testing.F) {
	whole := recorded(f, 1)
	f.Add(whole[wire.HeadSize:])
	f.Add([]byte{wire.EventOpen, 200, 1, 2, 4, 5, wire.EventExit, 9, wire.EventBody, 3, wire.EventLeave, wire.EventLeave, 0x11, wire.EventValue, 0, byte(wire.KindStruct), 7, 1, byte(wire.KindCut)})
	f.Fuzz(func(t *testing.T, events []byte) {
		if len(events) > 1<<20 {
			t.Skip()
		}
		head := wire.Head{Run: 0x0807060504030201, Trace: 1, Goroutine: 1, Number: 1, First: 1}
		walkAll(open(t, wire.AppendSegment(nil, head, events)))
	})
}

func FuzzTable(f *testing.F) {
	t := Table{Version: TableVersion, Package: "p", Files: []string{"a.go"}, Functions: []Function{{Name: "F", Variables: []Variable{{Name: "x"}}, Locations: []Location{{Reads: []int{0}}}}}}
	data, digest, err := t.Encode()
	if err != nil || digest != digestOf(data) {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = DecodeTable(data)
	})
}
