package diffsrc

import (
	"go/ast"
	"go/parser"
	"go/token"
	"sort"

	"github.com/goat-trace/goat/internal/syntax"
)

// markDeleted looks at the deleted tokens. Those of a statement that stays
// make the line of the nearest token of its own that is kept effective;
// statements that went altogether are listed as removed.
func (c *change) markDeleted(a *alignment, old []byte) {
	c.markJoined(a)
	statements, ok := parseStatements(old, a.old)
	if !ok {
		c.markBetweenKept(a)
		return
	}
	for i := range statements {
		if s := &statements[i]; s.deletedIn(a) {
			s.gone = s.removedFrom(a)
			if !s.gone {
				c.markShortened(a, s.own)
			}
		}
	}
	c.removed = removedRuns(a, statements)
}

// markJoined marks where a deleted separator parted what is one now.
func (c *change) markJoined(a *alignment) {
	for i, l := range a.old {
		if a.toNew[i] < 0 && l.kind == token.SEMICOLON && kept(a.toNew, i-1) && kept(a.toNew, i+1) &&
			a.toNew[i+1] == a.toNew[i-1]+1 {
			c.lines[a.new[a.toNew[i-1]].end] = true
		}
	}
}

// markBetweenKept serves an old file that does not parse: deleted tokens
// count where tokens of the same line, before or after them, are kept.
func (c *change) markBetweenKept(a *alignment) {
	for i, l := range a.old {
		if a.toNew[i] >= 0 || l.separator() {
			continue
		}
		if kept(a.toNew, i-1) && a.old[i-1].end == l.line && !a.old[i-1].separator() {
			c.lines[a.new[a.toNew[i-1]].end] = true
		} else if kept(a.toNew, i+1) && a.old[i+1].line == l.end && !a.old[i+1].separator() {
			c.lines[a.new[a.toNew[i+1]].line] = true
		}
	}
}

// markShortened marks the kept neighbours of each run of deleted tokens of a
// statement, the one before it if there is one. Where something was inserted
// in their place the statement has an effective line already.
func (c *change) markShortened(a *alignment, own []int) {
	before := -1 // the last kept token's index in the new file
	deleted := false
	for _, i := range own {
		n := a.toNew[i]
		if n < 0 {
			deleted = deleted || !a.old[i].separator()
			continue
		}
		if deleted {
			c.markGap(a, before, n)
		}
		before, deleted = n, false
	}
	if deleted {
		c.markGap(a, before, -1)
	}
}

// markGap marks a place where tokens of a statement were deleted, between two
// kept ones given by their indexes in the new file, -1 for none.
func (c *change) markGap(a *alignment, before, after int) {
	switch {
	case before >= 0 && !a.continues(before+1):
		if after < 0 || !a.continues(after-1) {
			c.markShort(a.new[before].end, a.old[a.toOld[before]].end)
		}
	case before < 0 && after >= 0 && !a.continues(after-1):
		c.markShort(a.new[after].line, a.old[a.toOld[after]].line)
	}
}

func (c *change) markShort(line, old int) {
	c.lines[line] = true
	c.shortened[line] = old
}

// continues reports whether the new token is an inserted one that is
// likely part of the statement of its neighbours.
func (a *alignment) continues(j int) bool {
	return j >= 0 && j < len(a.new) && a.toOld[j] < 0 && a.new[j].kind != token.SEMICOLON && a.new[j].kind != token.RBRACE
}

// oldStatement is a statement of the old file.
type oldStatement struct {
	own  []int // its own tokens
	pos  int   // where its own text starts, by offset
	end  int   // where its node ends, by offset
	gone bool
}

// parseStatements finds the statements of the old file and their tokens. ok
// is false if the file does not parse.
func parseStatements(src []byte, list []lexeme) (statements []oldStatement, ok bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, false
	}
	tf := fset.File(file.FileStart)
	for _, s := range syntax.Statements(file) {
		statements = append(statements, oldStatement{
			own: ownTokens(tf, s, list), pos: tf.Offset(s.Pos()), end: nodeEnd(tf, s.Node),
		})
	}
	return statements, true
}

// nodeEnd returns where a node ends, within the file.
func nodeEnd(tf *token.File, n ast.Node) int {
	end := n.End()
	if int(end) > tf.Base()+tf.Size() {
		return tf.Size()
	}
	return tf.Offset(end)
}

func ownTokens(tf *token.File, s syntax.Statement, list []lexeme) []int {
	var own []int
	for _, e := range s.Own {
		first, end := tf.Offset(e.Pos), tf.Offset(e.End)
		for i := sort.Search(len(list), func(i int) bool { return list[i].off >= first }); i < len(list) && list[i].off < end; i++ {
			own = append(own, i)
		}
	}
	return own
}

func (s *oldStatement) deletedIn(a *alignment) bool {
	for _, i := range s.own {
		if a.toNew[i] < 0 && !a.old[i].separator() {
			return true
		}
	}
	return false
}

// removedFrom reports whether the statement is no longer there: none of its
// names, literals and keywords is kept. Brackets and operators may be matched
// with those of any other statement.
func (s *oldStatement) removedFrom(a *alignment) bool {
	for _, i := range s.own {
		if a.toNew[i] >= 0 && a.old[i].names() {
			return false
		}
	}
	return true
}
