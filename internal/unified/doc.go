// Package unified compares two texts line by line.
//
// In: two texts of a file. Out: the hunks between them, or a patch that
// "git apply" takes. The comparison is anchored at lines that stand once in
// both texts: it is quick for texts of any size, and not always the shortest.
//
// It knows no renames: a patch is of one name.
package unified
