// Package compare finds what differs between two states of a Go file, statement
// by statement.
//
// In: the bytes of both states, and the hunks that a diff of their lines found.
// Out: the effective lines of the new state, the statements that were removed,
// and, for many files at once, the code that only moved. Package diffsrc turns
// this into line sets. Nothing here reads files or runs git.
//
// A text is cut into units (unit.go). A unit is the own text of one statement,
// or the signature of a function. Two units are equal when they have the same
// tokens; comments and formatting do not count. Compare pairs the equal units
// of both states in these steps:
//
//   - Functions that have the same name and keep their order are only compared with
//     each other (functions.go), and so are functions between them that were renamed
//     (renamed.go).
//   - A unit outside the hunks is paired with itself (anchor.go).
//   - Between two pairs, as many equal units as possible are paired in order
//     (align.go). If equal units follow each other, it is open which of them are new:
//     those are chosen that leave the fewest units in other blocks (slide.go).
//   - A unit that left or entered a block of a statement that stays is not paired,
//     because it runs under other conditions now (home.go; partCrossed in align.go).
//
// A new unit without a partner is changed. If an old unit in the same place is
// similar, only the lines that differ from it are effective; otherwise all of
// the unit's lines are (edited.go).
//
// FindMoved then looks for changed units that only moved. Each takes one old
// unit without a partner, so code never counts as moved while its original
// stays (moved.go).
//
// It cannot tell which one of equal neighbours was deleted. It does not see
// declarations of types, constants and package-level variables, which hold no
// statements, except for function literals in them.
package compare
