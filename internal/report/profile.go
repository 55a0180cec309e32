package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Profile writes the first release as a Go cover profile. It has only the changed
// lines. Neighbouring lines with the same points are one block, from the first
// character of the first line to the end of the last. A block has not run if only a
// part of its line ran.
//
// A block's statements are its lines. go tool cover finds the files by their import
// paths.
func Profile(w io.Writer, r *Report) error {
	p := NewCoverProfile("set")
	if len(r.Releases) > 0 {
		p.Add(r.Releases[0])
	}
	return p.Write(w)
}

// blocks returns a file's changed lines as blocks.
func (f *File) blocks() []Block {
	text := strings.Split(f.Text, "\n")
	var list []Block
	var last []*Point // the points of the block that is being made
	for i := range f.Lines {
		l := &f.Lines[i]
		start, end := columns(text, l.Number)
		n := len(list)
		if n > 0 && list[n-1].EndLine+1 == l.Number && slices.Equal(last, l.Points) {
			list[n-1].EndLine, list[n-1].EndColumn = l.Number, end
			list[n-1].Statements++
			continue
		}
		count := uint64(0)
		if l.State == LineRan || l.State == LinePartly && !slices.ContainsFunc(l.Points, func(p *Point) bool { return p.Ran == 0 }) {
			count = l.Count
		}
		list = append(list, Block{l.Number, start, l.Number, end, 1, count})
		last = l.Points
	}
	return list
}

// columns returns where the text of a line begins and ends, counted in bytes from 1.
// Where the text is not known, that is all of the line and nothing of it.
func columns(text []string, number int) (start, end int) {
	if number > len(text) || number < 1 || len(text) == 1 {
		return 1, 2
	}
	line := strings.TrimRight(text[number-1], "\r")
	start = len(line) - len(strings.TrimLeft(line, " \t")) + 1
	return start, max(len(line)+1, start+1)
}

// Block is a block of a cover profile.
type Block struct {
	Line, Column, EndLine, EndColumn int
	Statements                       int
	Count                            uint64
}

func (b *Block) place() [4]int { return [4]int{b.Line, b.Column, b.EndLine, b.EndColumn} }

// contains reports whether a position is in a block.
func (b *Block) contains(line, column int) bool {
	if line < b.Line || line > b.EndLine {
		return false
	}
	return (line > b.Line || column >= b.Column) && (line < b.EndLine || column < b.EndColumn)
}

// CoverProfile is a Go cover profile.
type CoverProfile struct {
	mode  string
	order []string
	files map[string][]Block
	known map[string]map[[4]int]int // indices of blocks, by file and place
}

// NewCoverProfile returns an empty profile.
func NewCoverProfile(mode string) *CoverProfile {
	return &CoverProfile{mode: mode, files: make(map[string][]Block), known: make(map[string]map[[4]int]int)}
}

// maxProfileLine limits a line of a profile.
const maxProfileLine = 1 << 20

// ReadCoverProfile reads a profile. Several profiles in one text become one.
func ReadCoverProfile(r io.Reader) (*CoverProfile, error) {
	p := NewCoverProfile("")
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxProfileLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if mode, ok := strings.CutPrefix(line, "mode: "); ok {
			if p.mode != "" && p.mode != mode || mode != "set" && mode != "count" && mode != "atomic" {
				return nil, fmt.Errorf("line %d: mode %.20q; profiles of one mode can be put together: set, count or atomic", n, mode)
			}
			p.mode = mode
			continue
		}
		name, b, err := parseBlock(line)
		if err != nil || p.mode == "" {
			return nil, fmt.Errorf("line %d is none of a Go cover profile: %.60q; name what go test -coverprofile wrote", n, line)
		}
		p.put(name, b)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if p.mode == "" {
		return nil, fmt.Errorf("it is empty; name what go test -coverprofile wrote")
	}
	return p, nil
}

func parseBlock(line string) (name string, b Block, err error) {
	colon := strings.LastIndexByte(line, ':')
	if colon <= 0 {
		return "", b, fmt.Errorf("no colon")
	}
	var rest string
	n, err := fmt.Sscanf(line[colon+1:], "%d.%d,%d.%d %d %d%s", &b.Line, &b.Column, &b.EndLine, &b.EndColumn, &b.Statements, &b.Count, &rest)
	if n == 6 && rest == "" {
		err = nil
	}
	if err == nil && (b.Line < 0 || b.Column < 0 || b.EndLine < b.Line || b.Statements < 0) {
		err = fmt.Errorf("out of range")
	}
	return line[:colon], b, err
}

// put adds a block. If the profile has that block, it adds the count.
func (p *CoverProfile) put(name string, b Block) {
	if p.known[name] == nil {
		p.order = append(p.order, name)
		p.known[name] = make(map[[4]int]int)
	}
	if i, known := p.known[name][b.place()]; known {
		p.raise(&p.files[name][i], b.Count)
		return
	}
	p.known[name][b.place()] = len(p.files[name])
	p.files[name] = append(p.files[name], b)
}

func (p *CoverProfile) raise(b *Block, count uint64) {
	if p.mode == "set" {
		b.Count = max(b.Count, min(count, 1))
		return
	}
	b.Count += count
}

// Add adds the hits of a release. If the profile has a file, its blocks stay as
// they are, and those in which points ran get their counts. Other files are added
// with their changed lines.
func (p *CoverProfile) Add(r *Release) {
	for _, f := range r.Files {
		blocks := p.files[f.Profile]
		if blocks == nil {
			for _, b := range f.blocks() {
				if p.mode == "set" {
					b.Count = min(b.Count, 1)
				}
				p.put(f.Profile, b)
			}
			continue
		}
		text := strings.Split(f.Text, "\n")
		raised := make(map[int]uint64) // by block, the point that ran most often: a block may have several
		for _, point := range f.Points {
			if i := point.block(blocks, text); i >= 0 && point.Ran > 0 {
				raised[i] = max(raised[i], point.Count)
			}
		}
		for i, count := range raised {
			p.raise(&blocks[i], count)
		}
	}
}

// block returns the block that runs whenever a point does, -1 if that is not
// certain. For a statement it is the block with the first character of its line,
// for a function the first block of its body.
func (p *Point) block(blocks []Block, text []string) int {
	switch p.Kind {
	case "stmt":
		start, _ := columns(text, p.Line)
		return slices.IndexFunc(blocks, func(b Block) bool { return b.contains(p.Line, start) })
	case "func":
		best := -1
		for i := range blocks {
			if b := &blocks[i]; b.Line >= p.Line && b.EndLine <= p.EndLine && (best < 0 || b.Line < blocks[best].Line || b.Line == blocks[best].Line && b.Column < blocks[best].Column) {
				best = i
			}
		}
		return best
	}
	return -1
}

// Write writes the profile, files and blocks in order.
func (p *CoverProfile) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "mode: %s\n", p.mode)
	slices.Sort(p.order)
	for _, name := range p.order {
		if strings.ContainsAny(name, "\r\n") {
			continue // a line of a profile cannot name it
		}
		blocks := slices.Clone(p.files[name])
		slices.SortFunc(blocks, func(a, b Block) int { x, y := a.place(), b.place(); return slices.Compare(x[:], y[:]) })
		for _, b := range blocks {
			fmt.Fprintf(out, "%s:%d.%d,%d.%d %d %d\n", name, b.Line, b.Column, b.EndLine, b.EndColumn, b.Statements, b.Count)
		}
	}
	return out.Flush()
}
