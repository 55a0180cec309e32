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

// profile returns what was collected. differ is called for two blocks of one
// extent that have different numbers of statements; it returns the one to keep
// or an error.
func (b *builder) profile(differ func(file string, first, second Block) (Block, error)) (*Profile, error) {
	slices.SortFunc(b.files, func(f, g File) int { return strings.Compare(f.Name, g.Name) })
	for i := range b.files {
		f := &b.files[i]
		if !slices.IsSortedFunc(f.Blocks, Block.Compare) {
			slices.SortStableFunc(f.Blocks, Block.Compare)
		}
		kept := f.Blocks[:0]
		for _, block := range f.Blocks {
			if n := len(kept); n > 0 && kept[n-1].Compare(block) == 0 {
				same, err := sameBlock(f.Name, kept[n-1], block, differ)
				if err != nil {
					return nil, err
				}
				same.Count = b.mode.sum(kept[n-1].Count, block.Count)
				kept[n-1] = same
				continue
			}
			block.Count = b.mode.sum(block.Count, 0)
			kept = append(kept, block)
		}
		f.Blocks = kept
	}
	return &Profile{Mode: b.mode, Files: b.files}, nil
}

func sameBlock(file string, first, second Block, differ func(string, Block, Block) (Block, error)) (Block, error) {
	if first.NumStmt == second.NumStmt {
		return first, nil
	}
	return differ(file, first, second)
}
