package diffsrc

import (
	"bytes"
	"context"
	"hash/maphash"
	"slices"
	"strings"
)

// Blame moves lines by the score of git's -M and -C: the letters and digits
// in the lines that follow each other.
const (
	moveScore = 20 // within a file
	copyScore = 40 // between files
	blobBatch = 500
)

// suspects looks for the base's lines among the inserted ones, so that blame
// need only compare a file with those that can give it enough of them, and with
// the best of these. The answer is blame's.
type suspects struct {
	seed   maphash.Seed
	list   []*suspect
	wanted map[uint64]bool
	hits   map[uint64][]place // where the base has a line, ascending
	all    []source           // sources by number; those of changed files first
	first  int                // how many of them are of changed files
	lines  [][]uint64         // by source: its lines with letters or digits
	buffer []byte
}

// place is a line of a source: the number of the source, and the line's number
// among those with letters or digits.
type place struct{ source, line int }

// suspect is a file with inserted lines.
type suspect struct {
	file   *changedFile
	ranges []lineRange
	own    int // its own state's number among the sources; -1 for a new file
}

// lineRange is a range of inserted lines that holds effective ones.
type lineRange struct {
	first, last int
	keys        []uint64 // of the lines with letters or digits
	scores      []int
}

func newSuspects(files []*changedFile) *suspects {
	p := &suspects{seed: maphash.MakeSeed(), wanted: make(map[uint64]bool), hits: make(map[uint64][]place)}
	for _, f := range files {
		s := &suspect{file: f, own: -1}
		lines := bytes.Split(f.new, []byte{'\n'})
		for _, h := range f.change.hunks {
			if r := p.lineRange(f.change, lines, h); r.total() >= moveScore {
				s.ranges = append(s.ranges, r)
			}
		}
		if len(s.ranges) > 0 {
			p.list = append(p.list, s)
		}
	}
	for _, s := range p.list {
		for _, r := range s.ranges {
			for _, key := range r.keys {
				p.wanted[key] = true
			}
		}
	}
	return p
}

func (p *suspects) lineRange(c *change, lines [][]byte, h hunk) lineRange {
	r := lineRange{first: h.n0, last: h.n1 - 1}
	effective := false
	for line := h.n0; line < h.n1 && line <= len(lines); line++ {
		effective = effective || c.lines[line]
		if key, score := p.key(lines[line-1]); score > 0 {
			r.keys, r.scores = append(r.keys, key), append(r.scores, score)
		}
	}
	if !effective {
		return lineRange{}
	}
	return r
}

func (r lineRange) total() int {
	sum := 0
	for _, n := range r.scores {
		sum += n
	}
	return sum
}

// key hashes a line without its white space, as blame -w compares it, and
// counts its letters and digits.
func (p *suspects) key(line []byte) (key uint64, score int) {
	dense := p.buffer[:0]
	for _, c := range line {
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			continue
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			score++
		}
		dense = append(dense, c)
	}
	p.buffer = dense
	return maphash.Bytes(p.seed, dense), score
}

// search notes which of the base's files hold the lines in question: the
// changed ones, and all others if a file is new or renamed.
func (p *suspects) search(ctx context.Context, s *scratch, tree *baseTree, changed []*changedFile) error {
	seen := make(map[string]bool)
	for _, f := range changed {
		if f.oldPath != "" {
			seen[f.oldPath] = true
			p.note(source{f.oldPath, f.oldOID}, f.old)
		}
	}
	p.first = len(p.all)
	own := make(map[string]int)
	for i, src := range p.all {
		own[src.path] = i
	}
	created := false
	for _, u := range p.list {
		if u.file.oldPath != "" {
			u.own = own[u.file.oldPath]
		}
		created = created || u.file.oldPath != u.file.path
	}
	if !created {
		return nil
	}
	var rest []source
	for path, oid := range tree.files {
		if !seen[path] {
			rest = append(rest, source{path, oid})
		}
	}
	slices.SortFunc(rest, func(a, b source) int { return strings.Compare(a.path, b.path) })
	for batch := range slices.Chunk(rest, blobBatch) {
		oids := make([]string, len(batch))
		for i := range batch {
			oids[i] = batch[i].oid
		}
		if err := s.blobs(ctx, oids, func(i int, content []byte) { p.note(batch[i], content) }); err != nil {
			return err
		}
	}
	return nil
}

// note adds a source and records which wanted lines it holds.
func (p *suspects) note(src source, content []byte) {
	number := len(p.all)
	var lines []uint64
	p.all = append(p.all, src)
	for line := range bytes.Lines(content) {
		key, score := p.key(line)
		if score == 0 {
			continue
		}
		if p.wanted[key] {
			p.hits[key] = append(p.hits[key], place{number, len(lines)})
		}
		lines = append(lines, key)
	}
	p.lines = append(p.lines, lines)
}

// jobs returns what is left to blame.
func (p *suspects) jobs() []*blameJob {
	var jobs []*blameJob
	for _, u := range p.list {
		if j := p.job(u); len(j.ranges) > 0 {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

func (p *suspects) job(u *suspect) *blameJob {
	j := &blameJob{file: u.file}
	givers := make(map[int]bool)
	for _, r := range u.ranges {
		found := p.givers(r, u)
		for _, n := range found {
			givers[n] = true
		}
		if len(found) > 0 {
			j.ranges = append(j.ranges, [2]int{r.first, r.last})
		}
	}
	delete(givers, u.own)
	for n := range givers {
		j.sources = append(j.sources, p.all[n])
	}
	slices.SortFunc(j.sources, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return j
}
