package source

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/analyzers"
)

// Files are those of one package.
type Files struct {
	Package string   // import path
	Module  string   // path of its module
	Dir     string   // of the package in its module, with slashes
	Names   []string // absolute; what is no Go file is left out
	Whole   bool     // the files count even where none can have points
}

// Inputs reads and parses the files of a package for analyzers.PackageSites. It
// returns none where no file can have points, unless they count all the same.
func (s *Source) Inputs(files Files) ([]analyzers.FileInput, error) {
	var inputs []analyzers.FileInput
	needed := files.Whole
	for _, name := range files.Names {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") && !s.tests {
			continue
		}
		in, err := s.input(files, name)
		if err != nil {
			return nil, err
		}
		needed = needed || analyzers.NeedsFile(in.Src, in.Lines, in.All)
		inputs = append(inputs, in)
	}
	if !needed {
		return nil, nil
	}
	slices.SortFunc(inputs, func(a, b analyzers.FileInput) int { return cmp.Compare(a.Rel, b.Rel) })
	if err := parse(inputs, filepath.Dir(files.Names[0])); err != nil {
		return nil, fmt.Errorf("parsing %s: %w", files.Package, err)
	}
	return inputs, nil
}

// input reads a file and finds its effective lines.
func (s *Source) input(files Files, name string) (analyzers.FileInput, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return analyzers.FileInput{}, fmt.Errorf("reading a file of %s: %w", files.Package, err)
	}
	in := analyzers.FileInput{Src: src, Rel: path.Join(files.Dir, filepath.Base(name))}
	head, err := parser.ParseFile(token.NewFileSet(), name, src, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return in, fmt.Errorf("parsing a file of %s: %w", files.Package, err)
	}
	in.Lines, in.All, err = s.Lines(files.Module, in.Rel, src, head)
	return in, err
}

// parse parses files that are all in one directory.
func parse(inputs []analyzers.FileInput, dir string) error {
	fset := token.NewFileSet()
	for i := range inputs {
		in := &inputs[i]
		file, err := parser.ParseFile(fset, filepath.Join(dir, path.Base(in.Rel)), in.Src, analyzers.ParseMode)
		if err != nil {
			return err
		}
		in.Fset, in.File = fset, file
	}
	return nil
}
