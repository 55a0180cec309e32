// Package compare finds what differs between two states of a Go file, statement
// by statement.
//
// In: the bytes of both states, and the hunks of lines that a diff found
// between them. Out: the effective lines of the new state, the statements that
// were removed, and, for many files at once, which code only moved. Package
// diffsrc turns this into line sets. Nothing here reads files or runs git.
//
// A text is cut into units (unit.go). A unit is the own text of one statement,
// or the signature of a function. Two units are equal when they have the same
// tokens; comments and formatting do not count. Compare pairs the equal units of
// both states in these steps:
//
//   - Functions of one name that stay in their order are compared with each
//     other only (functions.go), and so are those between them that were renamed
//     (renamed.go).
//   - A unit outside of the hunks stays what it was (anchor.go).
//   - Between two such units, as many as possible are paired in order (align.go).
//     Of equal ones that follow each other those are new that leave the fewest
//     units in other blocks than before (slide.go).
//   - A unit that left or entered a block of a statement that stays is not
//     paired: it runs under other conditions now (nest.go).
//
// A new unit without a partner is changed. If an old unit in the same place is
// similar, only the lines that differ from it are effective, otherwise all of
// the unit's lines are (edited.go).
//
// FindMoved then looks for changed units that only moved: each takes one old
// unit that has no partner either, so code whose original stays is never taken
// for moved (moved.go).
//
// What it cannot do: tell which one of equal neighbours was deleted; see
// declarations of types, constants and package-level variables, which hold no
// statements, except for the function literals in them.
package compare
