package oracle

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Divide puts an empty block between the statements of each list of a file.
// The code does what it did, but cover begins a block of its own behind each
// of them: the counts of a divided file are equal at every point, however its
// blocks are left. No line moves.
func Divide(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parsing a file to be divided: %w", err)
	}
	cuts := make(map[int]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		for i, stmt := range listOf(n) {
			if i > 0 {
				cuts[fset.PositionFor(stmt.Pos(), false).Offset] = true
			}
		}
		return true
	})
	out := make([]byte, 0, len(src)+len("{};")*len(cuts))
	for i, c := range src {
		if cuts[i] {
			out = append(out, "{};"...)
		}
		out = append(out, c)
	}
	return out, nil
}

// listOf returns the statements of a list, clauses left out.
func listOf(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		if len(n.List) > 0 {
			switch n.List[0].(type) {
			case *ast.CaseClause, *ast.CommClause:
				return nil
			}
		}
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// DivideTree divides a module's Go files, its tests and their data left out.
// A file that cannot be parsed stays as it is.
func DivideTree(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return filepath.SkipDir
		case !d.Type().IsRegular() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("dividing a module: %w", err)
		}
		divided, err := Divide(src)
		if err != nil {
			return nil
		}
		if err := os.WriteFile(name, divided, 0o666); err != nil {
			return fmt.Errorf("dividing a module: %w", err)
		}
		return nil
	})
}
