package raised

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// Side is one side's files of a module: in a directory, in a tree of a
// repository, or nowhere.
type Side struct {
	name string // for messages
	Sum  string // the h1 hash of a version in the module cache; "" for code that may change
	dir  string

	Repository        // if not set, the files are in dir
	prefix     string // directory in the repository; "" for its top

	packages map[string]bool // module-relative directories that count; nil means all
}

// String names the side in messages.
func (s Side) String() string { return s.name }

// Identity identifies the side's content in digests: by Sum or, without one, by
// tree, the hash of its git tree.
func (s Side) Identity(tree string) string {
	if s.Sum != "" {
		return s.Sum
	}
	return tree
}

// Files lists the .go files that can be part of a build, without tests.
// Generated files in a directory are only included with generatedToo.
func (s Side) Files(ctx context.Context, generatedToo bool) ([]git.File, error) {
	switch {
	case s.Repository.Repository != nil:
		return s.committed(ctx)
	case s.dir != "":
		return s.onDisk(generatedToo)
	}
	return nil, nil
}

// counts reports whether a file can be part of a build.
func (s Side) counts(name string) bool {
	return gofile.IsGo(name) && !strings.HasSuffix(name, "_test.go") && inDirectories(s.packages, name)
}

func (s Side) onDisk(generatedToo bool) ([]git.File, error) {
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
		content, err := gofile.Read(file)
		if err == nil && content != nil && (generatedToo || !gofile.Generated(content)) {
			list = append(list, git.File{Path: rel, Content: content})
		}
		return err
	})
	return list, err
}

// committed lists the files of a directory of the base.
func (s Side) committed(ctx context.Context) ([]git.File, error) {
	args := []string{"ls-tree", "-r", "-z", "--full-tree", s.Base}
	if s.prefix != "" {
		args = append(args, "--", s.prefix+"/")
	}
	out, err := s.Git.Fixed().Run(ctx, nil, args...)
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

// leftOut reports whether a directory, or one above it, is a module of its own
// or is skipped by the go command.
func leftOut(dir string, nested map[string]bool) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if nested[dir] || modules.Skipped(path.Base(dir)) {
			return true
		}
	}
	return false
}
