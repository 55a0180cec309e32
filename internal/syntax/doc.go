// Package syntax says which statements a Go file holds, which source text is
// each statement's own, and behind which nothing runs.
//
// In: a parsed file. Out: its executable statements, each with the extents
// that belong to it alone, the ones of nested blocks and function literals
// taken out; its functions' signatures, in the same way; of a list whether it
// ends in a terminating statement; and of a declaration the tokens that layout
// does not change. diffsrc asks it whether a deleted token was part of a
// statement that stays; the analyzers ask it which statements a changed line
// touches; they and the rewriter, whether there is a place at a list's end;
// identity and the hub, whether two declarations are the same code.
//
// It works on syntax alone: it knows no types, and so cannot tell that a
// call never returns.
package syntax
