package raised

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// state is one side's go.mod and the files that belong to it.
type state struct {
	moduleCache
	// read returns the bytes of a file by its name in the work tree, or nil if
	// it does not exist.
	read func(file string) ([]byte, error)
	// report is called if the go command fails.
	report func(error)
}

// buildList returns the modules that the go command uses.
//
// From go 1.17 on, a tidy go.mod names every module that packages of the build
// come from, so reading it is enough, and needs neither the network nor other
// go.mod files. In workspaces and before 1.17 the go command has to choose
// versions. If it fails, the versions in the files have to do.
func (s *state) buildList(ctx context.Context) (*buildList, error) {
	if s.Vendor != "" {
		if data, err := s.read(filepath.Join(s.Vendor, "modules.txt")); err != nil || data != nil {
			return parseVendored(data, s.Root), err
		}
	}
	list, complete, err := s.named()
	if err != nil || complete {
		return list, err
	}
	answer, err := s.graph(ctx, s.read)
	if err != nil {
		s.report(err)
		return list, nil
	}
	list = &buildList{modules: make(map[string]code)}
	for _, m := range answer {
		if !m.Main {
			list.modules[m.Path] = m.code(s.Root)
		}
	}
	return list, nil
}

// named returns the versions that go.mod files name. complete says that these
// are the versions of the build.
func (s *state) named() (list *buildList, complete bool, err error) {
	f := &fileList{modules: make(map[string]string)}
	if s.GoWork == "" {
		old, err := s.goMod(f, s.GoMod, filepath.Join(s.Root, "go.mod"))
		return f.buildList(), !old, err
	}
	data, err := s.read(s.GoWork)
	if err != nil {
		return nil, false, err
	}
	workspace := data != nil
	if !workspace { // if the base had no workspace, its modules had versions of their own
		if data, err = readIfThere(s.GoWork); err != nil {
			return nil, false, fmt.Errorf("reading the workspace: %w", err)
		}
	}
	work, err := modfile.ParseWork(s.GoWork, data, nil)
	if err != nil {
		return nil, false, fmt.Errorf("parsing the workspace: %w", err)
	}
	if workspace {
		f.replace(work.Replace, s.Root)
	}
	for _, use := range work.Use {
		dir := localDir(use.Path, s.Root)
		if _, err := s.goMod(f, filepath.Join(dir, "go.mod")); err != nil {
			return nil, false, err
		}
	}
	return f.buildList(), !workspace, nil
}

// goMod adds what the first existing file of files names. old says that the
// file names direct requirements only.
func (s *state) goMod(f *fileList, files ...string) (old bool, err error) {
	for _, name := range files {
		data, err := s.read(name)
		if err != nil {
			return false, err
		}
		if data == nil {
			continue
		}
		mod, err := modfile.Parse(name, data, nil)
		if err != nil {
			return false, fmt.Errorf("parsing %s: %w", name, err)
		}
		dir := filepath.Dir(name)
		if name == s.GoMod {
			dir = s.Root // also with -modfile
		}
		f.replace(mod.Replace, dir)
		for _, q := range mod.Require {
			if v, ok := f.modules[q.Mod.Path]; !ok || semver.Compare(q.Mod.Version, v) > 0 {
				f.modules[q.Mod.Path] = q.Mod.Version
			}
		}
		return mod.Go == nil || !modules.GoAtLeast(mod.Go.Version, "1.17"), nil
	}
	return false, nil
}

// fileList collects what go.mod files name. The first replacement of a module
// wins, which is the one in go.work.
type fileList struct {
	modules  map[string]string
	replaced []replacement
}

// replacement is a replace line; version "" means all versions.
type replacement struct {
	path, version string
	with          code
}

func (f *fileList) replace(lines []*modfile.Replace, dir string) {
	for _, l := range lines {
		with := code{path: l.New.Path, version: l.New.Version}
		if l.New.Version == "" {
			with = code{dir: localDir(l.New.Path, dir)}
		}
		f.replaced = append(f.replaced, replacement{l.Old.Path, l.Old.Version, with})
	}
}

func (f *fileList) buildList() *buildList {
	list := &buildList{modules: make(map[string]code)}
	for path, version := range f.modules {
		list.modules[path] = f.code(path, version)
	}
	return list
}

// code returns what replaces a version of a module, or the version itself.
func (f *fileList) code(path, version string) code {
	for _, wanted := range []string{version, ""} {
		for _, r := range f.replaced {
			if r.path == path && r.version == wanted {
				return r.with
			}
		}
	}
	return code{path: path, version: version}
}

func readIfThere(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil, nil
	}
	return data, err
}
