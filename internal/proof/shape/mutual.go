package shape

import (
	"cmp"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// Pair is two files of one package that use each other's names.
type Pair struct {
	A, B         string   // file names, A before B
	AUses, BUses []string // the names of the other file that each one uses, sorted
}

func (p Pair) String() string {
	return fmt.Sprintf("%s uses of %s: %s; %s uses of %s: %s",
		p.A, p.B, strings.Join(p.AUses, " "), p.B, p.A, strings.Join(p.BUses, " "))
}

// MutualUse returns the pairs of files of p that use each other's names, sorted by
// file. Names are those of the package, and methods.
func MutualUse(p Package) []Pair {
	type arrow struct{ from, to string }
	uses := map[arrow]map[string]bool{}
	for name, object := range p.TypesInfo.Uses {
		declared, ok := ofPackage(object)
		if !ok || object.Pkg() != p.Types {
			continue
		}
		a := arrow{p.file(name.Pos()), p.file(object.Pos())}
		if a.from == a.to {
			continue
		}
		if uses[a] == nil {
			uses[a] = map[string]bool{}
		}
		uses[a][declared] = true
	}
	var pairs []Pair
	for a, names := range uses {
		back := uses[arrow{a.to, a.from}]
		if a.from < a.to && back != nil {
			pairs = append(pairs, Pair{a.from, a.to, slices.Sorted(maps.Keys(names)), slices.Sorted(maps.Keys(back))})
		}
	}
	slices.SortFunc(pairs, func(x, y Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return pairs
}

// ofPackage returns the name of an object that is declared outside all functions. A
// method's name begins with the receiver's type.
func ofPackage(object types.Object) (string, bool) {
	if f, ok := object.(*types.Func); ok {
		if receiver := f.Signature().Recv(); receiver != nil {
			return typeName(receiver.Type()) + "." + f.Name(), true
		}
	}
	return object.Name(), object.Pkg() != nil && object.Parent() == object.Pkg().Scope()
}

func typeName(t types.Type) string {
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return "interface" // an interface without a name
}
