package linetest

import (
	"bytes"
	"go/ast"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/point"
	goatconfig "github.com/goat-trace/goat/internal/config"
)

// Open returns a config.Open for analysistest's GOPATH-like tree, with each
// directory below root/src as a module.
func Open(root string, g point.Granularity) config.Open {
	return func(goatconfig.Flags) (config.Source, error) {
		return source{filepath.Join(root, "src"), g}, nil
	}
}

type source struct {
	src string
	g   point.Granularity
}

func (s source) Granularity() (point.Granularity, error) { return s.g, nil }

func (s source) Tests() bool { return false }

func (s source) Package(_, dir string) (module, rel string, ok bool, err error) {
	rel, err = filepath.Rel(s.src, dir)
	if err != nil || rel == "." || strings.HasPrefix(rel, "..") {
		return "", "", false, nil
	}
	module, rel, nested := strings.Cut(filepath.ToSlash(rel), "/")
	if !nested {
		rel = "."
	}
	return module, rel, true, nil
}

func (s source) Lines(_, _ string, src []byte, _ *ast.File) (lines [][2]int, all bool, err error) {
	for i, line := range bytes.Split(src, []byte("\n")) {
		if bytes.Contains(line, []byte("/*+*/")) {
			lines = append(lines, [2]int{i + 1, i + 1})
		}
	}
	return lines, bytes.Contains(src, []byte("//all:")), nil
}
