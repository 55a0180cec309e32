package diffsrc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/source"
)

// side is where one side's files of a module are: in a directory, in a tree
// of a repository, or nowhere.
type side struct {
	name string // for messages
	sum  string // the h1 hash of a version in the module cache; "" for anything that may change
	dir  string

	repository *repository
	commit     string
	prefix     string // within the repository; "" for its top

	packages map[string]bool // module-relative directories that count; nil is all
}

func (s side) String() string { return s.name }

// newSide returns where the build reads a module.
func (v *versions) newSide(p *pair, now *buildList) (side, error) {
	s := side{name: p.Path + " " + p.Version}
	var err error
	if v.Vendor != "" && now.packages != nil {
		s.dir, s.packages = filepath.Join(v.Vendor, filepath.FromSlash(p.Path)), now.directories(p.Path)
	} else if s.dir, err = v.dirOf(p.new); err != nil {
		return s, err
	} else if p.new.dir == "" {
		s.sum, err = v.sum(p.new)
	}
	if err != nil {
		return s, fmt.Errorf("looking for it: %w", err)
	}
	if info, err := os.Stat(s.dir); err != nil || !info.IsDir() {
		return s, errors.New("the build does not need it: it is not there")
	}
	return s, nil
}

// oldSide returns where the base's files of a module are.
func (v *versions) oldSide(ctx context.Context, p *pair, then *buildList) (side, error) {
	s := side{name: p.Path + " " + p.Old, sum: "none"}
	switch {
	case p.Old == "":
		s.name = "nothing"
		return s, nil
	case v.Vendor != "" && then.packages[p.oldPath] != nil:
		s.packages = then.directories(p.oldPath)
		return v.inBase(ctx, s, filepath.Join(v.Vendor, filepath.FromSlash(p.oldPath)))
	case p.old.dir != "":
		return v.inBase(ctx, s, p.old.dir)
	}
	var err error
	if s.dir, err = v.dirOf(p.old); err == nil {
		s.sum, err = v.sum(p.old)
	}
	if p.inside != "" {
		s.dir, s.sum = filepath.Join(s.dir, filepath.FromSlash(p.inside)), s.sum+"/"+p.inside
	}
	if err != nil {
		err = fmt.Errorf("looking for %s: %w; run `go mod download %s`", p.old.module(), err, p.old.module())
	}
	return s, err
}

// inBase is a directory of the work tree as the base has it.
func (v *versions) inBase(ctx context.Context, s side, dir string) (side, error) {
	l, ok := v.locate(ctx, dir)
	if !ok {
		return s, fmt.Errorf("looking for %s in the base: %w; commit it below the main module's repository, or require a version", dir, errNowhere)
	}
	if l.err != nil {
		return s, fmt.Errorf("looking for %s in the base: %w", dir, l.err)
	}
	s.sum, s.repository, s.commit, s.prefix = "", l.repository, l.commit, l.name
	if l.name == "." {
		s.prefix = ""
	}
	return s, nil
}

// errNowhere says of a directory that no old state of it can be found.
var errNowhere = errors.New("the directory is in no repository")

// location is a file's place in a repository.
type location struct {
	repository *repository
	commit     string // the base
	name       string // of the file
	err        error  // the repository has no such base
}

// locate returns where the base has a file of the work tree: in the innermost of
// the repositories that were compared, or else in one that only a replace
// directive leads to, which is compared with the base of the same name in it. ok
// is false for a file in no repository.
func (v *versions) locate(ctx context.Context, file string) (l location, ok bool) {
	resolved := file
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		resolved = filepath.Join(dir, filepath.Base(file))
	}
	for _, candidate := range v.repositories {
		if !within(candidate.Top, resolved) || l.repository != nil && len(candidate.Top) < len(l.repository.Top) {
			continue
		}
		i := slices.IndexFunc(v.set.Bases, func(b Base) bool { return b.Dir == candidate.Top && b.Used != "" })
		if i >= 0 {
			l, ok = location{repository: candidate, commit: v.set.Bases[i].Used}, true
		}
	}
	if near := git.Nearest(resolved, nil); near != "" && !v.open[near] && (!ok || near != l.repository.Top && within(l.repository.Top, near)) {
		l, ok = v.elsewhere(ctx, near)
	}
	if ok {
		rel, err := filepath.Rel(l.repository.Top, resolved)
		l.name, ok = filepath.ToSlash(rel), err == nil
	}
	return l, ok
}

// elsewhere opens a repository that no module of the build is in.
func (v *versions) elsewhere(ctx context.Context, top string) (location, bool) {
	l, known := v.others[top]
	if !known {
		if r, err := openRepository(ctx, top, nil); err == nil && r.Top == top {
			var base Base
			base, l.err = r.resolveBase(ctx, v.Base, v.Mode, v.Log)
			l.repository, l.commit = r, base.Used
		}
		if v.others == nil {
			v.others = make(map[string]location)
		}
		v.others[top] = l
	}
	return l, l.repository != nil
}

// identity stands for the side's content in digests; without a hash of its
// own, tree does.
func (s side) identity(tree string) string {
	if s.sum != "" {
		return s.sum
	}
	return tree
}

// files lists the .go files that can be part of a build, without tests.
// Generated ones of a directory are left out unless they are wanted.
func (s side) files(ctx context.Context, generatedToo bool) ([]git.File, error) {
	switch {
	case s.repository != nil:
		return s.committed(ctx)
	case s.dir != "":
		return s.onDisk(generatedToo)
	}
	return nil, nil
}

// counts reports whether a file is one of those.
func (s side) counts(name string) bool {
	return source.IsGo(name) && !strings.HasSuffix(name, "_test.go") && inDirectories(s.packages, name)
}

func (s side) onDisk(generatedToo bool) ([]git.File, error) {
	var list []git.File
	err := modules.Walk(s.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == s.dir {
			return err
		}
		if d.IsDir() {
			if modules.Skipped(d.Name()) || modules.HasGoMod(file) {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(s.dir, file)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); !s.counts(rel) {
			return nil
		}
		content, err := source.Read(file)
		if err == nil && content != nil && (generatedToo || !source.Generated(content)) {
			list = append(list, git.File{Path: rel, Content: content})
		}
		return err
	})
	return list, err
}

// committed lists the files of a directory of the base.
func (s side) committed(ctx context.Context) ([]git.File, error) {
	args := []string{"ls-tree", "-r", "-z", "--full-tree", s.commit}
	if s.prefix != "" {
		args = append(args, "--", s.prefix+"/")
	}
	out, err := s.repository.Git.Fixed().Run(ctx, nil, args...)
	if err != nil {
		return nil, err
	}
	oids := make(map[string]string)
	nested := make(map[string]bool)
	for record := range bytes.SplitSeq(out, []byte{0}) {
		e, ok := git.ParseEntry(record)
		if !ok || e.Mode == git.ModeLink || e.Mode == git.ModeGitlink {
			continue
		}
		name := e.Path
		if s.prefix != "" {
			name = strings.TrimPrefix(name, s.prefix+"/")
		}
		if dir, base := path.Split(name); base == "go.mod" && dir != "" {
			nested[path.Clean(dir)] = true
		}
		oids[name] = e.OID
	}
	var list []git.File
	for name, oid := range oids {
		if s.counts(name) && !leftOut(path.Dir(name), nested) {
			list = append(list, git.File{Path: name, OID: oid})
		}
	}
	return git.SortFiles(list), nil
}

// leftOut reports whether a directory or one above it is a module of its own,
// or none that the go command looks into.
func leftOut(dir string, nested map[string]bool) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if nested[dir] || modules.Skipped(path.Base(dir)) {
			return true
		}
	}
	return false
}
