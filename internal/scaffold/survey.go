package scaffold

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gofile"
	"github.com/goat-trace/goat/internal/golist"
	"github.com/goat-trace/goat/internal/session"
)

// Input says where the file is wanted.
type Input struct {
	Dir      string // absolute
	Base     string // the base that the user has given, "" for none
	Getenv   func(string) string
	Progress func(what string, done, total int)
}

// Found is what was found in a directory.
type Found struct {
	Base      diffsrc.Base
	NoBase    string // why there is no base; "" if there is one
	BaseErr   error  // why there is no base, if the user has given it
	Modules   []string
	Mains     []string // relative to the module's root, which is "."
	NoMains   string   // why main packages could not be listed
	Generated []Directory
	Above     string // a goat.yaml in a directory above, which applies here already
}

// Directory is a directory with generated files directly in it.
type Directory struct {
	Dir   string // relative to Input.Dir, with slashes
	Files int
}

// Survey looks at a directory.
func Survey(ctx context.Context, in Input) *Found {
	f := &Found{}
	f.findBase(ctx, in)
	found, err := modules.Query{Dir: in.Dir, Go: "go"}.Find(ctx)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("there is no go.mod in %s or above", in.Dir)
	}
	if err != nil {
		f.NoMains = err.Error()
		return f
	}
	for _, m := range found {
		f.Modules = append(f.Modules, m.Path)
	}
	in.Progress("listing packages", 0, 0)
	f.findMains(ctx, in, found)
	in.Progress("looking for generated code", 0, 0)
	f.findGenerated(in, found)
	f.findAbove(in)
	return f
}

// findBase finds out what a build would compare with.
func (f *Found) findBase(ctx context.Context, in Input) {
	getenv := func(name string) string {
		switch name {
		case "GOAT_BASE", "GOAT_INDEX", "GOAT_PATCHFILE", "GOAT_CONFIG":
			return "" // the file is for all builds, not only for this shell's
		}
		return in.Getenv(name)
	}
	base, _, err := session.FindBase(ctx, session.Input{
		Dir: in.Dir, Flags: config.Flags{Base: in.Base}, Getenv: getenv, GoCommand: "go", Log: slog.New(slog.DiscardHandler),
	})
	switch {
	case err == nil:
		f.Base = base
	case in.Base != "":
		f.BaseErr = err
		f.NoBase = err.Error()
	default:
		f.NoBase = err.Error()
	}
}

func (f *Found) findMains(ctx context.Context, in Input, found []modules.Module) {
	roots, err := golist.Query{Dir: in.Dir, Patterns: patterns(in.Dir, found)}.LoadAll(ctx)
	if err != nil {
		f.NoMains = err.Error()
		return
	}
	mains := make(map[string]bool)
	for _, root := range roots {
		if root.Name != "main" || len(root.GoFiles) == 0 || root.Module == nil {
			continue
		}
		if rel, err := filepath.Rel(root.Module.Dir, filepath.Dir(root.GoFiles[0])); err == nil {
			mains[filepath.ToSlash(rel)] = true
		}
	}
	f.Mains = slices.Sorted(maps.Keys(mains))
}

// patterns names all packages of the modules.
func patterns(dir string, found []modules.Module) []string {
	var list []string
	for _, m := range found {
		if rel, err := filepath.Rel(dir, m.Dir); err == nil {
			list = append(list, "./"+filepath.ToSlash(filepath.Join(rel, "..."))) // ./../… means the same as ../…
		}
	}
	return list
}

func (f *Found) findGenerated(in Input, found []modules.Module) {
	dirs := make(map[string]int)
	for _, m := range found {
		_ = modules.Walk(m.Dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case d.IsDir() && name != m.Dir && (modules.Skipped(d.Name()) || modules.HasGoMod(name)):
				return fs.SkipDir
			case d.IsDir() || !gofile.IsGo(name):
				return nil
			}
			src, err := gofile.Read(name)
			if err == nil && src != nil && gofile.Generated(src) {
				rel, err := filepath.Rel(in.Dir, filepath.Dir(name))
				if err != nil {
					rel = filepath.Dir(name)
				}
				dirs[filepath.ToSlash(rel)]++
			}
			return nil
		})
	}
	for dir, files := range dirs {
		f.Generated = append(f.Generated, Directory{dir, files})
	}
	slices.SortFunc(f.Generated, func(a, b Directory) int {
		return cmp.Or(cmp.Compare(b.Files, a.Files), strings.Compare(a.Dir, b.Dir))
	})
}

// findAbove looks for a file that applies here already.
func (f *Found) findAbove(in Input) {
	if cfg, err := config.Load(config.Input{Dir: filepath.Dir(in.Dir)}); err == nil {
		f.Above = cfg.File
	}
}

// BaseText says what a build here is compared with.
func (f *Found) BaseText() string {
	switch {
	case f.NoBase != "":
		return "none: " + f.NoBase
	case f.Base.Ref == diffsrc.InitRef:
		return "nothing: everything is new"
	}
	text := fmt.Sprintf("%s (%.12s)", f.Base.Ref, f.Base.Used)
	if f.Base.Used != f.Base.Commit {
		text += ", where HEAD left it"
	}
	if f.Base.Why != "" {
		text += ": " + f.Base.Why
	}
	return text
}

// GeneratedText counts the generated files.
func (f *Found) GeneratedText() string {
	const most = 4
	total := 0
	var parts []string
	for i, d := range f.Generated {
		total += d.Files
		if i < most {
			parts = append(parts, fmt.Sprintf("%s (%d)", d.Dir, d.Files))
		}
	}
	if total == 0 {
		return "no generated files"
	}
	text := fmt.Sprintf("%d generated files in %s", total, strings.Join(parts, ", "))
	if total == 1 {
		text = "1 generated file in " + f.Generated[0].Dir
	}
	if more := len(f.Generated) - most; more > 0 {
		text += fmt.Sprintf(" and %d more directories", more)
	}
	return text
}
