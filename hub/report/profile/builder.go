package profile

import (
	"slices"
	"strings"
)

// builder collects blocks of files in any order.
type builder struct {
	mode   Mode
	files  []File
	byName map[string]int
	last   int // the file that blocks are added to
}

func newBuilder(mode Mode) *builder {
	return &builder{mode: mode, byName: make(map[string]int), last: -1}
}

// isLast reports whether blocks are added to the file of that name. Those of
// one file mostly follow each other.
func (b *builder) isLast(name []byte) bool {
	return b.last >= 0 && b.files[b.last].Name == string(name)
}

// open has further blocks added to the file of that name.
func (b *builder) open(name string) {
	i, ok := b.byName[name]
	if !ok {
		i = len(b.files)
		b.files = append(b.files, File{Name: name})
		b.byName[name] = i
	}
	b.last = i
}

func (b *builder) add(block Block) {
	f := &b.files[b.last]
	f.Blocks = append(f.Blocks, block)
}

// profile returns what was collected. Two blocks of one extent are one, if they
// have the same number of statements; differ makes the error if not.
func (b *builder) profile(differ func(file string, first, second Block) error) (*Profile, error) {
	slices.SortFunc(b.files, func(f, g File) int { return strings.Compare(f.Name, g.Name) })
	for i := range b.files {
		f := &b.files[i]
		if !slices.IsSortedFunc(f.Blocks, Block.Compare) {
			slices.SortStableFunc(f.Blocks, Block.Compare)
		}
		kept := f.Blocks[:0]
		for _, block := range f.Blocks {
			if n := len(kept); n > 0 && kept[n-1].Compare(block) == 0 {
				if kept[n-1].NumStmt != block.NumStmt {
					return nil, differ(f.Name, kept[n-1], block)
				}
				kept[n-1].Count = b.mode.Sum(kept[n-1].Count, block.Count)
				continue
			}
			block.Count = b.mode.Sum(block.Count, 0)
			kept = append(kept, block)
		}
		f.Blocks = kept
	}
	return &Profile{Mode: b.mode, Files: b.files}, nil
}
