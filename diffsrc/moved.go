package diffsrc

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"
)

// dropMoved takes lines out that git blame finds in the base: moved within
// their file, or moved or copied from another one. Sources are, as for blame's
// -M -C -C, the file itself and the files that changed, and for a new or
// renamed file every file of the base. It returns the pairs of different
// files that took part.
func (c *comparison) dropMoved(ctx context.Context, s *scratch, tree *baseTree, changed []*changedFile) ([]Pair, error) {
	p := newSuspects(c.suspected(changed))
	if len(p.list) == 0 {
		return nil, nil
	}
	if err := p.search(ctx, s, tree, changed); err != nil {
		return nil, err
	}
	jobs := p.jobs()
	if err := c.blameAll(ctx, s, jobs); err != nil {
		return nil, err
	}
	texts, err := s.sourceTexts(ctx, jobs)
	if err != nil {
		return nil, err
	}
	var pairs []Pair
	taken := make(map[string]map[int]bool)
	for _, j := range jobs {
		for old := range j.drop(texts, taken) {
			pairs = append(pairs, Pair{New: j.file.path, Old: old})
		}
	}
	for _, f := range changed {
		if f.path != "" && f.oldPath != "" {
			f.change.forgetRemoved(f.old, taken[f.oldPath])
		}
	}
	return pairs, nil
}

// suspected returns the files whose lines may have been moved.
func (c *comparison) suspected(changed []*changedFile) []*changedFile {
	var list []*changedFile
	for _, f := range changed {
		if f.path == "" || len(f.change.lines) == 0 || !c.Generated && generated(f.new) {
			continue
		}
		list = append(list, f)
	}
	return list
}

// blameJob is one file to blame: the lines in question, and the base's files
// that they may come from.
type blameJob struct {
	file    *changedFile
	ranges  [][2]int // inclusive
	sources []source // in the order of their paths
	found   []origin
}

// source is a file of the base.
type source struct {
	path string
	oid  string
}

// origin says that lines of the work tree's file stand in the base: count
// lines from line on, at sourceLine of sources[source]; -1 is the file's own
// state in the base.
type origin struct {
	Line       int `json:"line"`
	Count      int `json:"count"`
	Source     int `json:"source"`
	SourceLine int `json:"sourceLine"`
}

// blameAll fills in what git blame finds, from the cache where it can.
func (c *comparison) blameAll(ctx context.Context, s *scratch, jobs []*blameJob) error {
	cache := blameCache{c.CacheDir}
	var open []*blameJob
	for _, j := range jobs {
		if !cache.get(j) {
			open = append(open, j)
		}
	}
	if len(open) == 0 {
		return nil
	}
	var im importer
	for i, j := range open {
		j.commits(&im, i)
	}
	if _, err := im.run(ctx, s); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Threads)
	for i, j := range open {
		group.Go(func() (err error) {
			if j.found, err = s.blame(ctx, blameRef(i), j.ranges); err != nil {
				return fmt.Errorf("blaming %s: %w", j.file.path, err)
			}
			cache.put(j)
			return nil
		})
	}
	return group.Wait()
}

// sourceTexts returns the base's files that lines were found in, by oid.
func (s *scratch) sourceTexts(ctx context.Context, jobs []*blameJob) (map[string][]byte, error) {
	wanted := make(map[string]bool)
	for _, j := range jobs {
		for _, o := range j.found {
			if o.Source >= 0 {
				wanted[j.sources[o.Source].oid] = true
			}
		}
	}
	oids := slices.Sorted(maps.Keys(wanted))
	texts := make(map[string][]byte, len(oids))
	err := s.blobs(ctx, oids, func(i int, content []byte) { texts[oids[i]] = content })
	return texts, err
}

// drop takes the lines that stand in the base out of the file's effective
// ones, where their tokens are the same (blame -w ignores white space within
// string literals too) and none beside them were deleted. It returns the other
// files that gave lines, and notes in taken which lines of which file of the
// base were found again.
func (j *blameJob) drop(texts map[string][]byte, taken map[string]map[int]bool) map[string]bool {
	from := make(map[string]bool)
	scanned := make(map[int][]lexeme) // by source
	work := scan(j.file.new)
	for _, o := range j.found {
		text, path := j.file.old, j.file.oldPath
		if o.Source >= 0 {
			text, path = texts[j.sources[o.Source].oid], j.sources[o.Source].path
		}
		tokens, ok := scanned[o.Source]
		if !ok {
			tokens = scan(text)
			scanned[o.Source] = tokens
		}
		if taken[path] == nil {
			taken[path] = make(map[int]bool)
		}
		for k := range o.Count {
			line, old := o.Line+k, o.SourceLine+k
			short := o.Source < 0 && j.file.change.shortened[line] == old
			if short || !j.file.change.lines[line] || !sameLine(work, line, tokens, old) {
				continue
			}
			delete(j.file.change.lines, line)
			taken[path][old] = true
			if path != j.file.oldPath {
				from[path] = true
			}
		}
	}
	return from
}

// forgetRemoved drops removed statements that were found again elsewhere:
// they were moved.
func (c *change) forgetRemoved(old []byte, taken map[int]bool) {
	if len(c.removed) == 0 {
		return
	}
	tokens := scan(old)
	c.removed = slices.DeleteFunc(c.removed, func(r Removed) bool {
		for line := r.OldLine; line <= r.OldEndLine; line++ {
			i, end := tokensOn(tokens, line, line+1)
			if !taken[line] && slices.ContainsFunc(tokens[i:end], lexeme.names) {
				return false
			}
		}
		return true
	})
}

// sameLine reports whether two lines hold the same tokens, separators aside.
func sameLine(a []lexeme, aLine int, b []lexeme, bLine int) bool {
	i, aEnd := tokensOn(a, aLine, aLine+1)
	j, bEnd := tokensOn(b, bLine, bLine+1)
	for {
		for i < aEnd && a[i].separator() {
			i++
		}
		for j < bEnd && b[j].separator() {
			j++
		}
		if i == aEnd || j == bEnd {
			return i == aEnd && j == bEnd
		}
		if !a[i].same(b[j]) {
			return false
		}
		i, j = i+1, j+1
	}
}
