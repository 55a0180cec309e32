package compare

import (
	"bytes"
	"go/token"
	"sort"
)

// Most functions of a changed file did not change. They are found by their
// tokens and compared as single units, and the parser gets the file without
// their bodies. That halves the time of a comparison.

// declaration is a declared function: its tokens, and the tokens of its body
// without the braces.
type declaration struct {
	span
	body span
}

// touchedBy returns a function that reports whether a hunk touches the lines
// from first to last. lines selects the old or the new lines of a hunk.
func touchedBy(hunks []Hunk, lines func(Hunk) (first, end int)) func(first, last int) bool {
	return func(first, last int) bool {
		i := sort.Search(len(hunks), func(i int) bool {
			_, end := lines(hunks[i])
			return end > first
		})
		if i == len(hunks) {
			return false
		}
		from, _ := lines(hunks[i])
		return from <= last
	}
}

// untouched returns the declared functions that no hunk touches.
func (t *text) untouched(touched func(first, last int) bool) []declaration {
	var list []declaration
	for _, d := range t.declarations() {
		if !touched(t.tokens[d.from].line, t.tokens[d.to-1].end) {
			list = append(list, d)
		}
	}
	return list
}

// declarations returns the declared functions that have a body. Each ends with
// the last closing brace before the next semicolon at the top level.
func (t *text) declarations() []declaration {
	var list []declaration
	depth, open := 0, none // open is the last brace that was opened at the top level
	start := none
	for i, l := range t.tokens {
		switch l.kind {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			if depth == 0 && l.kind == token.LBRACE {
				open = i
			}
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.FUNC:
			if depth == 0 && (i == 0 || t.tokens[i-1].kind == token.SEMICOLON) {
				start, open = i, none
			}
		}
		ends := i+1 == len(t.tokens) || t.tokens[i+1].kind == token.SEMICOLON
		if depth == 0 && ends && start != none {
			if l.kind == token.RBRACE && open != none {
				list = append(list, declaration{span{start, i + 1}, span{open + 1, i}})
			}
			start = none
		}
	}
	return list
}

// withoutBodies returns src with the bodies of functions emptied.
func (t *text) withoutBodies(src []byte, list []declaration) []byte {
	if len(list) == 0 {
		return src
	}
	src = bytes.Clone(src)
	for _, d := range list {
		from, to := t.tokens[d.body.from-1].off+1, t.tokens[d.body.to].off
		for i := from; i < to; i++ {
			src[i] = ' '
		}
	}
	return src
}
