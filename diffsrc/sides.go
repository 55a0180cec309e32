package diffsrc

import (
	"context"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// sides are two sets of files that are compared.
type sides struct {
	repository *git.Repository
	lenders    []lender // the repositories that have the old files' blobs
	old        []git.File
	files      map[string]workFile
	cacheDir   string
	open       *git.Scratch // nil before it is needed
	seen       *status
}

func (s *sides) close() {
	if s.open != nil {
		s.open.Close()
	}
}

func (s *sides) scratch() (*git.Scratch, error) {
	if s.open != nil {
		return s.open, nil
	}
	var err error
	s.open, err = git.NewScratch(borrower(s.repository, s.lenders), s.cacheDir)
	return s.open, err
}

// status is which files differ, before renames are looked for.
type status struct {
	both []*changedFile          // in both sides, with different content
	gone map[string]*changedFile // by path: only in the old side
	come map[string]*changedFile // only in the new side
}

// status compares the hashes of both sides.
func (s *sides) status() *status {
	if s.seen != nil {
		return s.seen
	}
	st := &status{gone: make(map[string]*changedFile), come: make(map[string]*changedFile)}
	s.seen = st
	for _, f := range s.old {
		oid := f.OID
		if oid == "" {
			oid = s.repository.BlobName(f.Content)
		}
		st.gone[f.Path] = &changedFile{oldPath: f.Path, oldOID: oid, old: f.Content}
	}
	for name, f := range s.files {
		oid := f.oid
		if oid == "" {
			oid = s.repository.BlobName(f.content)
		}
		old, ok := st.gone[name]
		delete(st.gone, name)
		switch {
		case !ok:
			st.come[name] = &changedFile{path: name, newOID: oid}
		case old.oldOID != oid:
			st.both = append(st.both, &changedFile{path: name, oldPath: name, oldOID: old.oldOID, newOID: oid, old: old.old})
		}
	}
	return st
}

// renamed returns the changed files, of which those in renamed are pairs: new path
// to old path. It returns nil if these are not there.
func (s *sides) renamed(renamed map[string]string) []*changedFile {
	st := s.status()
	list := make([]*changedFile, 0, len(st.both)+len(st.gone)+len(st.come))
	list = append(list, st.both...)
	left := make(map[string]bool)
	for path, f := range st.come {
		if oldPath, ok := renamed[path]; ok {
			old := st.gone[oldPath]
			if old == nil || left[oldPath] {
				return nil
			}
			left[oldPath] = true
			f = &changedFile{path: path, oldPath: oldPath, oldOID: old.oldOID, newOID: f.newOID, old: old.old}
		}
		list = append(list, f)
	}
	if len(left) != len(renamed) {
		return nil
	}
	for path, f := range st.gone {
		if !left[path] {
			list = append(list, f)
		}
	}
	sortChanged(list)
	return list
}

// sortChanged sorts files as git lists them.
func sortChanged(list []*changedFile) {
	slices.SortFunc(list, func(a, b *changedFile) int { return strings.Compare(a.name(), b.name()) })
}

// name is the path under which git lists a changed file.
func (f *changedFile) name() string {
	if f.path == "" {
		return f.oldPath
	}
	return f.path
}

// diff has git find the hunks of some pairs of files. It returns false if git says
// something else of them than their hashes do.
func (s *sides) diff(ctx context.Context, scratch *git.Scratch, pairs []*changedFile) (bool, error) {
	var old, new []git.File
	for _, f := range pairs {
		if f.oldOID != "" {
			side := git.File{Path: f.name(), OID: f.oldOID}
			if f.old != nil {
				side = git.File{Path: f.name(), Content: f.old}
			}
			old = append(old, side)
		}
		if f.path != "" {
			w := s.files[f.path]
			new = append(new, git.File{Path: f.name(), OID: w.oid, Content: w.content})
		}
	}
	trees, err := scratch.WriteTrees(ctx, git.SortFiles(old), git.SortFiles(new))
	if err != nil {
		return false, nil // a file may be missing: wholeTrees fetches it or says so
	}
	found, err := diffTrees(ctx, scratch, trees[0], trees[1], false)
	if err != nil || len(found) != len(pairs) {
		return false, err
	}
	sortChanged(found)
	for i, f := range pairs {
		if g := found[i]; g.name() != f.name() || g.oldOID != f.oldOID || g.newOID != f.newOID {
			return false, nil
		}
		f.hunks = found[i].hunks
	}
	return true, nil
}
