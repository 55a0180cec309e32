package markers

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// block is a leftover block, from its first comment to its last.
type block struct {
	name     string // of the first comment, without +goat:
	pos, end token.Pos
	open     bool // it has no end comment
	single   bool // one comment is the whole leftover
}

func (b block) message() string {
	switch {
	case b.single:
		return fmt.Sprintf("leftover comment +goat:%s of a source-patching tool", b.name)
	case b.open:
		return fmt.Sprintf("leftover block +goat:%s of a source-patching tool has no +goat:end; remove it by hand", b.name)
	}
	return fmt.Sprintf("leftover block +goat:%s of a source-patching tool", b.name)
}

func (b block) contains(pos token.Pos) bool { return b.pos <= pos && pos < b.end }

// blocksOf pairs a file's marker comments. Blocks do not nest: if one begins
// before the last has ended, the last has no end.
func blocksOf(file *ast.File) []block {
	var found []block
	open := -1
	for _, group := range file.Comments {
		for _, c := range group.List {
			name, ok := marker(c.Text)
			if !ok {
				continue
			}
			inside := open >= 0
			switch {
			case name == "end" && inside:
				found[open].end, found[open].open = c.End(), false
				open = -1
			case name == "tips" && inside:
			case name == "end" || name == "tips":
				found = append(found, block{name: name, pos: c.Pos(), end: c.End(), single: true})
			default:
				open = len(found)
				found = append(found, block{name: name, pos: c.Pos(), end: c.End(), open: true})
			}
		}
	}
	for i, b := range found {
		// Tools write no end after the mark of a single import.
		if b.open && b.name == "import" {
			found[i].open, found[i].single = false, true
		}
	}
	return found
}

// marker returns the name of a "// +goat:NAME" comment of source-patching
// tools.
func marker(text string) (name string, ok bool) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(text, "//"), "/*"), "*/")
	text, ok = strings.CutPrefix(strings.TrimSpace(text), "+goat:")
	if !ok {
		return "", false
	}
	name = text
	if i := strings.IndexAny(text, ": \t"); i >= 0 {
		name = text[:i]
	}
	switch name {
	case "generate", "main", "delete", "user", "import", "tips", "end":
		return name, true
	}
	return "", false
}

// orphans returns the imports that only removable blocks use.
func orphans(info *types.Info, file *ast.File, found []block) []*ast.ImportSpec {
	inBlocks, elsewhere := make(map[string]bool), make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok {
			if removable(found, id.Pos()) {
				inBlocks[id.Name] = true
			} else {
				elsewhere[id.Name] = true
			}
		}
		return true
	})
	var specs []*ast.ImportSpec
	for _, imp := range file.Imports {
		name := importName(info, imp)
		if inBlocks[name] && !elsewhere[name] && !removable(found, imp.Pos()) {
			specs = append(specs, imp)
		}
	}
	return specs
}

func removable(found []block, pos token.Pos) bool {
	for _, b := range found {
		if !b.open && b.contains(pos) {
			return true
		}
	}
	return false
}

// importName returns the name that an import has in its file.
func importName(info *types.Info, imp *ast.ImportSpec) string {
	if imp.Name != nil {
		return imp.Name.Name
	}
	if info != nil {
		if pkg := info.PkgNameOf(imp); pkg != nil {
			return pkg.Name()
		}
	}
	path, err := strconv.Unquote(imp.Path.Value)
	if err != nil {
		return ""
	}
	dir, last := "", path
	if i := strings.LastIndex(path, "/"); i >= 0 {
		dir, last = path[:i], path[i+1:]
	}
	if dir != "" && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		return dir[strings.LastIndex(dir, "/")+1:] // the last element is a major version
	}
	return last
}
