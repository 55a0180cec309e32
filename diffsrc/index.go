package diffsrc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/internal/raised"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/bounded"
)

// indexVersion goes up when a reader of the old format would misread the new
// one.
const indexVersion = 3

// oldestIndex is the oldest version that can be read. Version 2 has no digests.
const oldestIndex = 2

// indexFile is the format of an index. It holds neither paths of the machine
// that made it nor times, so the same lines give the same bytes.
type indexFile struct {
	Kind    string                 `json:"kind"`
	Version int                    `json:"version"`
	Source  string                 `json:"source"`
	All     bool                   `json:"all,omitempty"`
	Bases   []indexBase            `json:"bases,omitempty"`
	Modules map[string]ModuleLines `json:"modules"`
	// Digests has an entry for every file, with or without lines.
	Digests Digests `json:"digests,omitempty"`
	// Dependencies come without their directories.
	Dependencies       []modules.Dependency `json:"dependencies,omitempty"`
	DependenciesReason string               `json:"dependenciesReason,omitempty"`
	Pairs              []Pair               `json:"pairs,omitempty"`
}

// indexBase is a Base without its directory.
type indexBase struct {
	Ref    string   `json:"ref"`
	Mode   BaseMode `json:"mode"`
	Commit string   `json:"commit"`
	Used   string   `json:"used"`
	GoTree string   `json:"goTree"`
}

const indexKind = "goat index"

// WriteIndex writes a line set for builds without git (Options.Index).
func WriteIndex(w io.Writer, s *LineSet) error {
	f := indexFile{Kind: indexKind, Version: indexVersion, Source: s.Source, All: s.All, Modules: s.Modules, Digests: s.Digests, Pairs: s.Pairs}
	if f.Modules == nil {
		f.Modules = map[string]ModuleLines{}
	}
	f.DependenciesReason = s.DependenciesReason
	for _, d := range s.Dependencies {
		d.Dir = ""
		f.Dependencies = append(f.Dependencies, d)
	}
	for _, b := range s.Bases {
		f.Bases = append(f.Bases, indexBase{b.Ref, b.Mode, b.Commit, b.Used, b.GoTree})
	}
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return fmt.Errorf("encoding index: %w", err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("writing index: %w", err)
	}
	return nil
}

// readIndex reads the index that the options name. It drops lines of required
// modules unless the options ask for them.
func readIndex(o Options) (*LineSet, error) {
	s, err := readIndexFile(o.Index)
	if err != nil {
		return nil, err
	}
	if o.Requirements != nil {
		s.Dependencies = raised.Place(o.Requirements, s.Dependencies)
		return s, nil
	}
	for _, d := range s.Dependencies {
		delete(s.Modules, d.Path)
	}
	s.Dependencies, s.DependenciesReason = nil, ""
	return s, nil
}

// maxIndex is the largest index that is read; 100,000 changed lines take about
// 1 MB.
const maxIndex = 64 << 20

// readIndexFile reads an index. Its errors wrap ErrUnavailable, because a build
// goes on without an index that is missing or broken.
func readIndexFile(name string) (*LineSet, error) {
	data, err := bounded.ReadFile(name, maxIndex)
	if err == nil {
		var s *LineSet
		if s, err = parseIndex(data); err == nil {
			return s, nil
		}
	}
	next := fmt.Sprintf("make it again with `goat index -o %s` where git is", path.Base(name))
	if errors.Is(err, errNewerIndex) {
		next = "update this goat, or " + next + " with this one"
	}
	return nil, fmt.Errorf("reading index %s (GOAT_INDEX): %w (%w): %s", name, err, git.ErrUnavailable, next)
}

var errNewerIndex = errors.New("made by a newer goat")

func parseIndex(data []byte) (*LineSet, error) {
	var head struct {
		Kind    string `json:"kind"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("parsing it: %w", err)
	}
	if head.Kind != indexKind {
		return nil, errors.New("it is not an index of goat")
	}
	switch {
	case head.Version > indexVersion:
		return nil, fmt.Errorf("its version is %d, %w, and this goat reads version %d", head.Version, errNewerIndex, indexVersion)
	case head.Version < oldestIndex:
		return nil, fmt.Errorf("its version is %d, made by an older goat, and this goat reads version %d", head.Version, indexVersion)
	}
	var f indexFile
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("parsing it: %w", err)
	}
	s := &LineSet{
		Source: SourceIndex, All: f.All, Modules: f.Modules, Digests: f.Digests, Pairs: f.Pairs,
		Dependencies: f.Dependencies, DependenciesReason: f.DependenciesReason,
	}
	if s.Modules == nil {
		s.Modules = map[string]ModuleLines{}
	}
	for _, b := range f.Bases {
		s.Bases = append(s.Bases, Base{Ref: b.Ref, Mode: b.Mode, Commit: b.Commit, Used: b.Used, GoTree: b.GoTree})
	}
	return s, checkLines(s.Modules)
}

// checkLines checks that lines are as LineSet promises.
func checkLines(modules map[string]ModuleLines) error {
	for module, files := range modules {
		for name, f := range files {
			last := -1
			for _, r := range f.Lines {
				if r[0] <= last+1 || r[0] < 1 || r[1] < r[0] {
					return fmt.Errorf("its lines of %s in module %s are out of order at %v", name, module, r)
				}
				last = r[1]
			}
			if slices.ContainsFunc(f.Removed, func(r Removed) bool { return r.Line < 0 || r.OldLine < 1 || r.OldEndLine < r.OldLine }) {
				return fmt.Errorf("its removed statements of %s in module %s have no sensible lines", name, module)
			}
			if slices.ContainsFunc(f.Moved, func(m Moved) bool {
				return m.Line < 1 || m.EndLine < m.Line || m.OldLine < 1 || m.OldEndLine < m.OldLine
			}) {
				return fmt.Errorf("its moved statements of %s in module %s have no sensible lines", name, module)
			}
		}
	}
	return nil
}
