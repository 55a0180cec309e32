package trace

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/point"
)

// Edit is something to be inserted into a file.
type Edit struct {
	// Anchor and Node say where, as for points, unless Place does.
	Anchor point.Anchor
	Node   ast.Node
	Place  Place
	Pos    token.Pos // for Place At
	Drop   int       // how many bytes behind Pos give way
	Op     Op
}

// Place is a place that points do not have.
type Place uint8

// The places.
const (
	Anchored Place = iota // as Anchor says
	After                 // behind a simple statement, which is Node
	At                    // at Pos, which nothing else is inserted at
)

// Op is what is inserted. Its text is written by toolexec/internal/generate, which
// chooses names that the package does not have.
type Op struct {
	Kind    OpKind
	Number  int      // of a function, location or variable
	Expr    string   // of a value
	Typed   bool     // the value's own type is recorded, too
	Values  []Op     // of an entry: the parameters
	Results []string // names, "" for goat's own
	// ResultKinds say of an entry's results: 0 is not recorded, Plain is, Dynamic is
	// with its own type.
	ResultKinds []int
	Deref       bool // of an entry and of returns: results are reached by pointers
}

// What an entry says of its results. Dynamic has the mark that values of their own
// type have (rt/trace: hooks.go).
const (
	Plain   = 1
	Dynamic = 1<<30 | 1
)

// OpKind is a kind of Op.
type OpKind uint8

// The kinds.
const (
	Enter       OpKind = iota // a function's entry: Number, Values, Results, Deref
	Step                      // Number
	True                      //
	False                     //
	Return                    // what follows until the end of the call are deferred calls
	Body                      // Number: of the function; the body of a range over a function begins
	Exit                      // Number: so many such bodies are left
	Value                     // Number, Expr, Typed
	KeepOpen                  // Number, Typed: begins to pass a value through
	KeepClose                 //
	ResultName                // Number: a name for a result
	ResultOpen                // opens the parenthesis that a single result has not
	ResultClose               //
	ReturnOpen                // in the place of a return: assigns what follows to Results
	ReturnClose               // and then returns
)
