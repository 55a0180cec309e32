// Package unified compares two texts line by line.
//
// In: two texts of a file. Out: the hunks between them, or a patch that "git apply"
// takes. The comparison is anchored at lines that occur once in both texts. That is
// quick for texts of any size, but does not always give the shortest result.
//
// It knows no renames: a patch has one name.
package unified
