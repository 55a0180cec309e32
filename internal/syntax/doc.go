// Package syntax knows which code of a Go file is one statement's own.
//
// In: a parsed file. Out:
//
//   - Its executable statements, each with the extents that belong to it alone:
//     those of nested blocks and function literals are left out. diffsrc asks
//     whether a deleted token was part of a statement that stays, the analyzers
//     ask which statements a changed line touches.
//   - Its functions' signatures, in the same way.
//   - Whether a list ends in a terminating statement. The analyzers and the
//     rewriter ask whether code behind it would run.
//   - The tokens of a declaration that layout does not change. Two declarations
//     with the same ones are the same code, for stable ids and for the hub.
//
// It works on syntax alone. It knows no types, so it cannot tell that a call
// never returns.
package syntax
