package analyzers_test

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

// code is what a stable id may mean, computed without package identity: the
// tokens of a declaration, and which of them the point is at.
type code struct {
	tokens string
	token  int // index of the node's first token, or of its last for a point at the end
	end    bool
	kind   point.Kind
	branch bool // a branch without source text
}

// In a history of random commits, compared with random bases at random
// granularities, one id always means the same code, and no build has an id
// twice.
func TestIDsThroughHistory(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	meaning := make(map[string]code)
	ids := make(map[code]string)
	again := 0
	versions := make([]uint64, 12) // version of each declaration
	for range 150 {
		versions[random.IntN(len(versions))] = uint64(random.IntN(4))
		files := commitOf(t, random, versions)
		for i := range files {
			files[i].All, files[i].Lines = random.IntN(2) == 0, randomLines(random, 200)
		}
		here := make(map[string]point.Point)
		g := point.Granularities()[random.IntN(4)]
		for i, sites := range analyzers.PackageSites("example.com/p", g, files) {
			for _, s := range sites {
				if other, taken := here[s.StableID]; taken {
					t.Fatalf("%v and %v have one id in\n%s", s.Point, other, files[i].Src)
				}
				here[s.StableID] = s.Point
				c, name := codeOf(files[i], s)
				was, known := meaning[s.StableID]
				if known && was != c {
					t.Fatalf("one id for\n%+v\nand\n%+v", was, c)
				}
				meaning[s.StableID] = c
				if name == "init" || name == "_" || s.Kind == point.KindManual {
					continue // may be in the package already
				}
				if before, ok := ids[c]; ok && before != s.StableID {
					t.Fatalf("ids %s and %s for %+v", before, s.StableID, c)
				} else if ok {
					again++
				}
				ids[c] = s.StableID
			}
		}
	}
	if len(ids) < 300 || again < 1000 {
		t.Errorf("got %d codes, %d of them again, want more", len(ids), again)
	}
}

// commitOf writes each declaration in its version, in random order, files and
// layout.
func commitOf(t *testing.T, random *rand.Rand, versions []uint64) []analyzers.FileInput {
	texts := make([]string, 3)
	for _, n := range random.Perm(len(versions)) {
		body := generator{rand.New(rand.NewPCG(uint64(n), versions[n]))}.block(2)
		head := fmt.Sprintf("func f%d(x int) ", n)
		switch n {
		case 0, 1: // equal seeds, so that some declarations are equal
			head, body = "func init() ", generator{rand.New(rand.NewPCG(0, versions[n]))}.block(1)
		case 2, 3:
			head, body = "var _ = func() ", generator{rand.New(rand.NewPCG(0, versions[n]))}.block(1)
		case 4:
			head = "func (t *T[P]) f4(x int) "
		case 5:
			head = "func (t *U) f4(x int) "
		case 6:
			head = "var (\na = 1\nf6, f6b = g(), func() "
			body += "\nb = func() { g() }\n)"
		}
		file := random.IntN(len(texts))
		texts[file] += layOut(random, head+body) + "\n"
	}
	var files []analyzers.FileInput
	for i, text := range texts {
		files = append(files, input(t, string(rune('a'+i))+".go", "package p\n"+text))
	}
	return files
}

// generator writes random code, with § for the end of a statement and ¶ for a
// place where any layout is allowed.
type generator struct{ *rand.Rand }

func (g generator) block(depth int) string {
	var b strings.Builder
	b.WriteString("{§")
	for range 1 + g.IntN(4) {
		b.WriteString(g.statement(depth) + "§")
	}
	return b.String() + "}"
}

func (g generator) statement(depth int) string {
	n := g.IntN(3)
	if depth == 0 {
		return fmt.Sprintf("g(%d)", n)
	}
	inner := func() string { return g.block(depth - 1) }
	switch g.IntN(12) {
	case 0:
		return fmt.Sprintf("if x > %d ", n) + inner()
	case 1:
		return fmt.Sprintf("if x > %d ", n) + inner() + " else if x < 0 " + inner()
	case 2:
		return "if y := x; y > 0 " + inner() + " else " + inner()
	case 3:
		return fmt.Sprintf("for i := range %d ", n) + inner()
	case 4:
		return fmt.Sprintf("switch x {¶case %d:¶", n) + strings.TrimPrefix(strings.TrimSuffix(inner(), "}"), "{") + "case 9:§g(9)§}"
	case 5:
		return "switch {¶default:¶" + strings.TrimPrefix(inner(), "{")
	case 6:
		return "select {¶case <-c:¶" + strings.TrimPrefix(inner(), "{")
	case 7:
		return "h(¶func() " + inner() + ", func() " + inner() + ")"
	case 8:
		return inner()
	case 9:
		return fmt.Sprintf("l%d: for ", g.IntN(1000)) + inner()
	}
	return fmt.Sprintf("g(%d,¶x)", n)
}

func layOut(random *rand.Rand, text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '§':
			b.WriteString([]string{"\n", "\n", "; ", "\n\n", " // text\n", "\n// +goat:insert\n"}[random.IntN(6)])
		case r == '¶':
			b.WriteString([]string{"", " ", "\n", "/* text */ "}[random.IntN(4)])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// codeOf returns the code that a site stands for, and its declaration's name.
func codeOf(in analyzers.FileInput, s point.Site) (c code, name string) {
	var decl ast.Node
	ast.Inspect(in.File, func(n ast.Node) bool {
		if n == nil || s.Node.Pos() < n.Pos() || s.Node.Pos() >= n.End() || decl != nil {
			return n == in.File
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			decl, name = n, n.Name.Name
		case *ast.ValueSpec:
			decl, name = n, n.Names[0].Name
		}
		return decl == nil
	})
	file := in.Fset.File(in.File.FileStart)
	from := file.Offset(decl.Pos())
	texts, offsets := significant(in.Src[from:file.Offset(decl.End())])
	c = code{tokens: strings.Join(texts, " "), kind: s.Kind, end: s.Anchor == point.BlockEnd,
		branch: s.Anchor == point.ImplicitElse || s.Anchor == point.NewDefault}
	at := file.Offset(s.Node.Pos()) - from
	if c.end {
		at = file.Offset(s.Node.End()) - from
	}
	c.token, _ = slices.BinarySearch(offsets, at)
	return c, name
}

// significant returns tokens and their offsets without semicolons, which the
// generated code does not need to keep statements apart.
func significant(src []byte) (texts []string, offsets []int) {
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	for {
		pos, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return texts, offsets
		case tok == token.SEMICOLON:
			continue
		case !tok.IsLiteral():
			lit = tok.String()
		}
		texts, offsets = append(texts, lit), append(offsets, file.Offset(pos))
	}
}
