package compare

// text is one state of a file.
type text struct {
	tokens []lexeme
	units  []unit // in the order of their first tokens
}

// unit is what is compared as a whole: a statement's own text, or a function's
// signature from "func" to the opening brace. Function literals inside it are
// units of their own.
type unit struct {
	key    key
	kind   kind
	name   string // of a declared function: the type of its receiver, and its name
	own    []span // its tokens; nil once they are not needed any more
	line   int    // the lines of the first and the last of them
	last   int
	parent int  // the unit that has it in one of its blocks, or none
	slot   slot // which of the parent's blocks
	until  int  // the token after the unit and its blocks
	next   int  // of a declared function: the first unit after its body
	score  int  // letters and digits in its tokens

	hasElse    bool // it has an else that is not an else if
	isElse     bool // an if directly after an else
	hasLiteral bool // a function literal is in its own text
}

// key identifies the tokens of a unit.
type key [16]byte

// span is a range of tokens, [from, to).
type span struct{ from, to int }

type kind byte

const (
	statement kind = iota
	jump           // return, break, continue, goto or fallthrough
	branch         // header of an if
	loop           // header of a for, with or without range
	choice         // header of a switch
	selection      // header of a select
	clause         // header of a case in a switch
	comm           // header of a case in a select
	function       // signature of a declared function
	literal        // signature of a function literal
)

// slot is the part of a unit that another one is in.
type slot byte

const (
	inHeader slot = iota // a literal in the parent's own text
	inBody
	inElse
)

func (u *unit) first() int { return u.own[0].from }

func (u *unit) final() int { return u.own[len(u.own)-1].to - 1 }

// each calls do with the index of each token of the unit.
func (u *unit) each(do func(i int)) {
	for _, s := range u.own {
		for i := s.from; i < s.to; i++ {
			do(i)
		}
	}
}

// none means that a unit has no partner.
const none = -1
