package report

import (
	"context"
	"runtime"
	"slices"
	"sort"
	"sync"

	"github.com/goat-trace/goat/hub/report/funcs"
	"github.com/goat-trace/goat/hub/report/profile"
)

// Sources gives the text of files at the commit that was built. Source must be
// safe for concurrent use.
type Sources interface {
	// Source returns the text of a file by its name in a profile. An error says, in
	// words for the report's readers, why there is none.
	Source(ctx context.Context, name string) ([]byte, error)
}

// Report is a profile by file and function. It is immutable once made.
type Report struct {
	Mode  profile.Mode
	Files []File // in the order of their names
	// Total counts the statements of functions; it is what `go tool cover -func`
	// prints. Files without a text count with all of their blocks.
	Total profile.Total
	// Blocks counts every block, also those of function literals outside of
	// functions, which Total leaves out.
	Blocks profile.Total
	// Missing is how many files have no text.
	Missing int
}

// File is one file of a report.
type File struct {
	Name  string
	Funcs []Func // in the order of the text
	// Total and Blocks are as Report's.
	Total, Blocks profile.Total
	// Missing says why there is no text, or why it could not be parsed; "" when
	// Funcs is complete.
	Missing string
	// Text is the source, nil when there is none.
	Text []byte
	// Profile are the blocks.
	Profile *profile.File
}

// Func is one function of a report.
type Func struct {
	Name     string // without receiver
	FullName string
	Line     int // where it starts, as cover counts lines
	profile.Total
}

// New makes the report of a profile. It fails only when ctx ends.
func New(ctx context.Context, p *profile.Profile, sources Sources) (*Report, error) {
	r := &Report{Mode: p.Mode, Files: make([]File, len(p.Files))}
	err := inParallel(ctx, len(p.Files), func(i int) { r.Files[i] = newFile(ctx, &p.Files[i], sources) })
	if err != nil {
		return nil, err
	}
	for i := range r.Files {
		f := &r.Files[i]
		r.Total, r.Blocks = r.Total.Plus(f.Total), r.Blocks.Plus(f.Blocks)
		if f.Missing != "" {
			r.Missing++
		}
	}
	return r, nil
}

// inParallel calls do for 0…n-1 on all cores, until ctx ends.
func inParallel(ctx context.Context, n int, do func(int)) error {
	var wg sync.WaitGroup
	indexes := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range indexes {
				do(i)
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		indexes <- i
	}
	close(indexes)
	wg.Wait()
	return ctx.Err()
}

func newFile(ctx context.Context, p *profile.File, sources Sources) File {
	f := File{Name: p.Name, Blocks: p.Total(), Profile: p}
	text, err := sources.Source(ctx, p.Name)
	var parsed *funcs.File
	if err == nil {
		f.Text = text
		parsed, err = funcs.Parse(text)
	}
	if err != nil {
		f.Missing, f.Total = err.Error(), f.Blocks
		return f
	}
	blocks := newExtents(p.Blocks)
	for _, fn := range parsed.Funcs {
		t := blocks.within(fn.Start, fn.End)
		f.Funcs = append(f.Funcs, Func{fn.Name, fn.FullName(), int(fn.Start.Line), t})
		f.Total = f.Total.Plus(t)
	}
	return f
}

// extents finds the blocks that overlap a function.
type extents struct {
	blocks []profile.Block
	// ordered says that the ends ascend, too. They do unless the file has //line
	// directives.
	ordered bool
}

func newExtents(blocks []profile.Block) extents {
	return extents{blocks, slices.IsSortedFunc(blocks, func(a, b profile.Block) int {
		return comparePos(funcs.Pos{Line: a.EndLine, Col: a.EndCol}, funcs.Pos{Line: b.EndLine, Col: b.EndCol})
	})}
}

func comparePos(a, b funcs.Pos) int {
	if a.Line != b.Line {
		return int(int64(a.Line) - int64(b.Line))
	}
	return int(int64(a.Col) - int64(b.Col))
}

// within counts the blocks that end after start and start before end, as `go tool
// cover -func` does (cmd/cover: FuncExtent.coverage).
func (e extents) within(start, end funcs.Pos) (t profile.Total) {
	endsBehind := func(b profile.Block) bool {
		return comparePos(funcs.Pos{Line: b.EndLine, Col: b.EndCol}, start) > 0
	}
	first := 0
	if e.ordered {
		first = sort.Search(len(e.blocks), func(i int) bool { return endsBehind(e.blocks[i]) })
	}
	for _, b := range e.blocks[first:] {
		if comparePos(funcs.Pos{Line: b.StartLine, Col: b.StartCol}, end) >= 0 {
			break
		}
		if endsBehind(b) {
			t.Add(b)
		}
	}
	return t
}
