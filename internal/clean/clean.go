package clean

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/analyzers/markers"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// Input says what is to be cleaned.
type Input struct {
	Dirs     []string // absolute
	DryRun   bool     // nothing is written
	Progress func(what string, done, total int)
}

// Result is what was done, or what would be.
type Result struct {
	Files     []File
	Generated []string // generated files that are gone, absolute
	Problems  []Problem
}

// File is a file that has changed.
type File struct {
	Path    string // absolute
	Blocks  int
	Imports int
}

// Problem is something that is left for people.
type Problem struct {
	Path string
	Line int // 0 for the whole file
	Text string
}

// GeneratedName is the file that source-patching tools generate, and GeneratedHead
// what it begins with.
const (
	GeneratedName = "goat_generated.go"
	GeneratedHead = "// +goat: generated"
)

// tree is what is known of all files.
type tree struct {
	Input
	*Result
	changed   []rewritten
	generated []string
	imports   map[string][]string // import path → files that import it once they are clean
}

type rewritten struct {
	path string
	mode fs.FileMode
	text []byte
}

// Clean cleans directories. An error is that one of them, or a file in it, cannot be
// read or written; Result then has what was done before.
func Clean(ctx context.Context, in Input) (*Result, error) {
	t := &tree{Input: in, Result: &Result{}, imports: make(map[string][]string)}
	for _, dir := range in.Dirs {
		if err := t.walk(ctx, dir); err != nil {
			return t.Result, err
		}
	}
	if !in.DryRun {
		for _, f := range t.changed {
			if err := replace(f); err != nil {
				return t.Result, err
			}
		}
	}
	return t.Result, t.removeGenerated()
}

// walk looks at the files of a directory.
func (t *tree) walk(ctx context.Context, dir string) error {
	seen := 0
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("reading the tree: %w; make it readable, or name the directories to clean", err)
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && name != dir && modules.Skipped(d.Name()):
			return fs.SkipDir
		case !d.Type().IsRegular() || !gofile.IsGo(name):
			return nil
		}
		seen++
		t.Progress("looking at files", seen, 0)
		return t.file(name)
	})
}

func (t *tree) file(name string) error {
	info, err := os.Lstat(name)
	if err != nil || info.Size() > gofile.MaxSize {
		return nil //nolint:nilerr // it is gone, or nobody's source
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading a file: %w; make it readable", err)
	}
	if filepath.Base(name) == GeneratedName && bytes.HasPrefix(src, []byte(GeneratedHead)) {
		t.generated = append(t.generated, name)
		return nil
	}
	if !bytes.Contains(src, []byte("+goat:")) {
		t.note(name, src)
		return nil
	}
	cleaned, err := markers.Clean(name, src)
	if err != nil {
		t.Problems = append(t.Problems, Problem{Path: name, Text: fmt.Sprintf("%v; mend the file and run goat clean again", err)})
		t.note(name, src)
		return nil
	}
	for _, k := range cleaned.Kept {
		t.Problems = append(t.Problems, Problem{name, k.Line, k.Message})
	}
	t.note(name, cleaned.Text)
	if !bytes.Equal(cleaned.Text, src) {
		t.changed = append(t.changed, rewritten{name, info.Mode(), cleaned.Text})
		t.Files = append(t.Files, File{name, cleaned.Blocks, len(cleaned.Imports)})
	}
	return nil
}

// note remembers what a file imports.
func (t *tree) note(name string, src []byte) {
	for _, path := range imports(src) {
		t.imports[path] = append(t.imports[path], name)
	}
}

// replace writes a file's new text, as a whole and with its mode.
func replace(f rewritten) error {
	temp, err := os.CreateTemp(filepath.Dir(f.path), ".goat-clean-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w; make its directory writable", f.path, err)
	}
	defer os.Remove(temp.Name()) // gone after the rename
	_, err = temp.Write(f.text)
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(temp.Name(), f.mode.Perm())
	}
	if err == nil {
		err = os.Rename(temp.Name(), f.path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w; make room, or its directory writable", f.path, err)
	}
	return nil
}

// removeGenerated removes generated packages that nothing imports any more.
func (t *tree) removeGenerated() error {
	for _, name := range t.generated {
		dir := filepath.Dir(name)
		path, ok := importPath(dir)
		if users := t.imports[path]; ok && len(users) > 0 {
			slices.Sort(users)
			t.Problems = append(t.Problems, Problem{Path: name, Text: "it stays: " + strings.Join(users, ", ") + " use it outside of +goat: blocks; remove that by hand"})
			continue
		}
		t.Generated = append(t.Generated, name)
		if t.DryRun {
			continue
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the generated file: %w; make its directory writable", err)
		}
		t.removeEmpty(dir)
	}
	return nil
}

// removeEmpty removes a directory with nothing in it, and those around it that it
// leaves empty, up to those that were named.
func (t *tree) removeEmpty(dir string) {
	for !slices.Contains(t.Dirs, dir) && os.Remove(dir) == nil {
		dir = filepath.Dir(dir)
	}
}
