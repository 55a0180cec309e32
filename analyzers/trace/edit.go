package trace

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/point"
)

// Edit is an insertion into a file.
type Edit struct {
	// Anchor and Node say where to insert, as for points, unless Place does.
	Anchor point.Anchor
	Node   ast.Node
	Place  Place
	Pos    token.Pos // for Place At
	Drop   int       // how many bytes after Pos are replaced
	Op     Op
}

// Place is a place where no point can be.
type Place uint8

// The places.
const (
	Anchored Place = iota // where Anchor says
	After                 // after a simple statement, which is Node
	At                    // at Pos, where nothing else is inserted
	Copied                // a body, which is Node, stands twice; see way.go
)

// Op is what is inserted. toolexec/internal/generate writes its text, and chooses
// names that the package does not use.
type Op struct {
	Kind    OpKind
	Number  int      // of a function, location or variable
	Count   int      // of a Step: it stands for so many, at consecutive locations
	Outcome OpKind   // of a Step: True or False comes before it, 0 for neither
	Back    int      // of a Value: so many steps of the last event came after its own
	Expr    string   // of a value
	Form    Form     // of a Value
	Typed   bool     // the value's own type is recorded, too
	Values  []Op     // the parameters of an Enter
	Results []string // names, "" for goat's own
	// ResultKinds says for each result of an entry, or of a return in a copied body,
	// how it is recorded: 0 not at all, Plain as it is, Dynamic with its own type.
	ResultKinds []int
	Copied      bool     // of an entry and of returns: the body stands twice
	Spawned     bool     // of an entry: of the literal of a go statement
	Shape       Shape    // of a function that a goroutine starts with
	Requests    []string // of an entry: parameters that are HTTP requests
	Deref       bool     // of an entry and of returns: the results are reached through pointers
}

// The ways to record a result at an entry. Dynamic has the flag for values with
// their own type (rt/trace: hooks.go).
const (
	Plain   = 1
	Dynamic = 1<<30 | 1
)

// Form says how generated code can write a value without reflection.
type Form uint8

// The forms. Their values are converted to the predeclared type.
const (
	AnyForm     Form = iota // by reflection
	IntForm                 // int64
	UintForm                // uint64
	FloatForm               // float64
	BoolForm                // bool
	StringForm              // string
	PointerForm             // unsafe.Pointer
	SliceForm               // as it is
)

// OpKind is a kind of Op.
type OpKind uint8

// The kinds.
const (
	Enter       OpKind = iota // a function's entry: Number, Values, Results, Deref
	Step                      // Number, Count, Outcome
	True                      //
	False                     //
	Return                    // only deferred calls follow until the end of the call
	Body                      // Number is the function's; the body of a range over a function begins
	Exit                      // Number is how many such bodies are left
	Value                     // Number, Expr, Typed, Form, Back
	KeepOpen                  // Number, Typed; begins to pass a value through the recorder
	KeepClose                 //
	ResultName                // Number; a name for a result
	ResultOpen                // opens the parenthesis that a single result does not have
	ResultClose               //
	ReturnOpen                // replaces a return: assigns what follows to Results
	ReturnClose               // and then returns
	Label                     // replaces a label in a copied body
	First                     // Number is the point's; tells the recorder, with Values
	SpawnOpen                 // before a go statement with a literal
	SpawnClose                // and after it
	GoOpen                    // Shape; before the function of another go statement
	GoClose                   // and after it
	Round                     // Number is the location's; a round of a loop begins
)
