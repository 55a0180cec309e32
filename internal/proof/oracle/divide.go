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

// Divide puts an empty block between the statements of each list of a file. It also
// moves the condition of an if without else into a function that ends in a
// statement of its own. The code still does the same, but cover begins a new block
// after each of them. So the counts of a divided file are equal at every point,
// however its blocks are left. No line moves.
func Divide(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parsing a file to be divided: %w", err)
	}
	texts := make(map[int]string) // before the byte at an offset
	add := func(pos token.Pos, text string) {
		offset := fset.PositionFor(pos, false).Offset
		texts[offset] += text
	}
	ast.Inspect(file, func(n ast.Node) bool {
		for i, stmt := range listOf(n) {
			if i > 0 {
				add(stmt.Pos(), "{};")
			}
		}
		if s, ok := n.(*ast.IfStmt); ok && s.Else == nil && mayPanic(s.Init, s.Cond) {
			add(s.Cond.Pos(), "func() ("+conditionName+" bool) { "+conditionName+" = bool(")
			add(s.Cond.End(), "); {}; return }()")
		}
		return true
	})
	out := make([]byte, 0, 2*len(src))
	for i, c := range src {
		out = append(append(out, texts[i]...), c)
	}
	return out, nil
}

// conditionName is the name of the result of a condition's function.
const conditionName = "oracleCondition"

// mayPanic reports whether a part of a header calls something. A call may panic,
// and a caller further up may recover.
func mayPanic(parts ...ast.Node) bool {
	found := false
	look := func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = true
		}
		return !found
	}
	for _, part := range parts {
		if part != nil {
			ast.Inspect(part, look)
		}
	}
	return found
}

// conditionEnd returns where the function of a divided condition returns: at that
// point it is decided which branch runs. It returns token.NoPos for others.
func conditionEnd(s *ast.IfStmt) token.Pos {
	call, ok := s.Cond.(*ast.CallExpr)
	if !ok {
		return token.NoPos
	}
	lit, ok := call.Fun.(*ast.FuncLit)
	if !ok || lit.Type.Results == nil || len(lit.Type.Results.List) != 1 {
		return token.NoPos
	}
	names := lit.Type.Results.List[0].Names
	if len(names) != 1 || names[0].Name != conditionName {
		return token.NoPos
	}
	return lit.Body.List[len(lit.Body.List)-1].Pos()
}

// listOf returns the statements of a list, without clauses.
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

// DivideTree divides a module's Go files, except its tests and their data. A file
// that cannot be parsed stays as it is.
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
