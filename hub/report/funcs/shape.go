package funcs

import (
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/goat-trace/goat/internal/syntax"
)

// Hash is a digest of a declaration's tokens: layout, comments and what gofmt
// takes away make no difference, every other edit does.
type Hash [16]byte

var (
	_ encoding.TextMarshaler   = Hash{}
	_ encoding.TextUnmarshaler = (*Hash)(nil)
)

// MarshalText writes the hash in lower-case hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("reading hash %q: want %d hexadecimal digits", text, hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("reading hash %q: %w", text, err)
	}
	return nil
}

// Shape is what another commit's declaration is compared by, and where the
// statements are whose counts it would take. It is small and can be kept with a
// build, so that its source is not needed any more.
type Shape struct {
	// Name is "func f", "func (*T).m" or "var x". Names of a package may repeat:
	// init, _.
	Name string `json:"name"`
	Hash Hash   `json:"hash"`
	// Statements are the statements in the order of the syntax, so that the n-th of
	// one shape is the n-th of every shape with the same hash.
	Statements []Pos `json:"statements"`
}

// Shapes returns the shapes of the functions, and of the package-level
// variables whose values hold functions, in order.
func (f *File) Shapes() []Shape {
	var list []Shape
	add := func(name string, decl ast.Node) {
		s := Shape{Name: name, Hash: f.hash(decl)}
		for _, statement := range f.statements(decl) {
			s.Statements = append(s.Statements, statement.At)
		}
		if len(s.Statements) > 0 {
			list = append(list, s)
		}
	}
	for _, decl := range f.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			add("func "+(&Func{Name: d.Name.Name, Recv: receiver(d)}).FullName(), d)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
					add("var "+names(s), s)
				}
			}
		}
	}
	return list
}

func names(s *ast.ValueSpec) string {
	list := make([]string, len(s.Names))
	for i, id := range s.Names {
		list[i] = id.Name
	}
	return strings.Join(list, ",")
}

func (f *File) hash(decl ast.Node) (h Hash) {
	sum := sha256.Sum256(syntax.NormalForm(f.file, f.text, decl))
	copy(h[:], sum[:])
	return h
}
