package trace

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// A run that is made of a folder's bytes has the folder's steps.
func TestNewRun(t *testing.T) {
	folder := open(t, recorded(t, 60))
	data, err := folder.Raw()
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDescription(data)
	if err != nil {
		t.Fatal(err)
	}
	kept := make(map[uint64][]byte)
	s := Source{Description: d, Events: func(h wire.Head) ([]byte, error) { return kept[h.Number], nil }}
	for segment, err := range folder.Segments() {
		if err != nil {
			t.Fatal(err)
		}
		s.Heads = append([]wire.Head{segment.Head}, s.Heads...)
		kept[segment.Head.Number] = append([]byte(nil), segment.Events...)
	}
	if len(kept) < 2 {
		t.Fatalf("got %d segments, want several", len(kept))
	}
	stored, err := NewRun(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(items(folder), items(stored)); diff != "" {
		t.Errorf("(-folder +stored):\n%s", diff)
	}
}

func items(r *Run) (list []string) {
	for _, t := range r.Traces {
		w := t.Walk()
		for it, ok := w.Next(); ok; it, ok = w.Next() {
			list = append(list, fmt.Sprintf("%d %d %d %d %s %d", t.Number, it.What, it.Step, it.Time, it.Value, len(w.Calls)))
		}
		w.Close()
	}
	return list
}
