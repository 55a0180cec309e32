package oracle

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/session"
)

// pkg is what go list says about a package.
type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	Module     struct{ Path, Dir string }
}

// list lists a module's packages.
func list(dir string, patterns ...string) ([]pkg, error) {
	c := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,GoFiles,CgoFiles,Module"}, patterns...)...)
	c.Dir = dir
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("listing %q in %s: %w\n%s", patterns, dir, err, stderr.Bytes())
	}
	var pkgs []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading go list's JSON: %w", err)
		}
		pkgs = append(pkgs, p)
	}
}

// session computes again what the build compared the code with.
func (r Run) session() (*session.Session, error) {
	getenv := func(name string) string {
		if strings.HasPrefix(name, "GOAT_") || name == "GOFLAGS" {
			return ""
		}
		return os.Getenv(name)
	}
	s, _, err := session.Compute(context.Background(), session.Input{
		Dir: r.Dir, Flags: config.Flags{Base: cmp.Or(r.Base, "INIT"), Granularity: string(r.granularity())}, Getenv: getenv,
		GoCommand: "go", Tool: "oracle", Log: slog.New(slog.DiscardHandler),
	})
	if err == nil && s.Reason != "" {
		err = errors.New(s.Reason)
	}
	return s, err
}

// site is the place of a point in the source, which /track does not say.
type site struct {
	point.Site
	file      string // as cover names it: import path and base name
	line, col int
	src       []byte
	early     map[int]bool // lines of the file with "leaves early"
	vouched   []token.Position
	rest      *difference
	gotos     []token.Position // gotos that lead to it around cover's counter
	target    bool             // a goto leads to it
}

// sites computes the package's points again, by their stable ids.
func (p pkg) sites(s *session.Session, g point.Granularity) (map[string]site, error) {
	var inputs []analyzers.FileInput
	names := append(append([]string(nil), p.GoFiles...), p.CgoFiles...)
	sort.Strings(names)
	relDir, err := filepath.Rel(p.Module.Dir, p.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding %s in its module: %w", p.ImportPath, err)
	}
	fset := token.NewFileSet()
	for _, name := range names {
		file := filepath.Join(p.Dir, name)
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading a package: %w", err)
		}
		syntax, err := parser.ParseFile(fset, file, src, analyzers.ParseMode)
		if err != nil {
			return nil, fmt.Errorf("parsing a package: %w", err)
		}
		rel := path.Join(filepath.ToSlash(relDir), name)
		lines, all, err := s.Effective(p.Module.Path, rel, src)
		if err != nil {
			return nil, fmt.Errorf("finding the lines of a package: %w", err)
		}
		inputs = append(inputs, analyzers.FileInput{Fset: fset, File: syntax, Src: src, Rel: rel, Lines: lines, All: all})
	}
	found := make(map[string]site)
	for i, sites := range analyzers.PackageSites(p.ImportPath, g, inputs) {
		early := earlyLines(inputs[i].Src)
		stmts := make([][]token.Position, len(sites))
		if inputs[i].All {
			stmts = vouched(fset, inputs[i].File, sites, g)
		}
		lists, gotos := listsOf(inputs[i].File), gotosOf(inputs[i].File)
		for n, s := range sites {
			at := fset.PositionFor(coverPos(s), false)
			found[s.StableID] = site{
				Site: s, file: path.Join(p.ImportPath, names[i]), line: at.Line, col: at.Column, src: inputs[i].Src, early: early, vouched: stmts[n], rest: differenceOf(fset, s, lists), gotos: gotosPast(fset, s, gotos), target: target(s, gotos),
			}
		}
	}
	return found, nil
}

// coverPos returns a position in the block of cover's that contains a point;
// token.NoPos if there is none.
func coverPos(s point.Site) token.Pos {
	switch s.Anchor {
	case point.ImplicitElse, point.NewDefault:
		return token.NoPos
	case point.BlockStart, point.ClauseStart:
		return entryPos(s.Node)
	}
	return s.Node.Pos()
}

func earlyLines(src []byte) map[int]bool {
	lines := make(map[int]bool)
	line := 0
	for text := range bytes.Lines(src) {
		line++
		if bytes.Contains(text, []byte("// leaves early")) {
			lines[line] = true
		}
	}
	return lines
}
