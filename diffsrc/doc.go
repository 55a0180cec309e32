// Package diffsrc finds the lines of a Go work tree that changed since a base.
//
// In: a base ref (or a patch file, or an index made earlier) and the modules
// of a build. Out: a LineSet, the effective lines of each changed file. The
// analyzers package turns it into tracking points.
//
// The new side is always the work tree as the compiler reads it: committed,
// staged, unstaged, and untracked files that git does not ignore. The old
// side is the tree of the base. Nothing but content decides: no dates, no
// history beyond finding a merge base, so shallow clones work when the base
// commit is there.
//
// A statement, or the signature of a function, is changed unless the base has
// an equal one in its place. A line is effective when it belongs to a changed
// one and holds a token of it that is new, or stands beside deleted ones.
// Comments, blank lines and formatting never count.
//
// Several repositories may be part of a build. Those that a repository records, its
// submodules, are compared together with it, at the commit that its base records:
// it makes no difference in which of them a file is kept. What it does not
// record is new where a module of it is around, and else a repository of its own.
//
// Compute runs through the files in this order: repository.go finds the work
// trees and submodule.go what stands in them, base.go and choose.go the commit to
// compare with, trees.go and worktree.go list the .go files of both sides,
// scratch.go writes them as two trees into a private repository, diff.go has git
// compare these, and collect.go has package compare turn hunks into lines,
// without the code that moved at precision 1. patchfile.go and index.go are the
// ways without git; id.go names a line set. With Options.Requirements, raised.go
// then goes through the required modules whose version is not the base's.
//
// The user's repository is never written to, with one exception: a partial
// clone gets the files of the base that it lacks (partial.go, fetch.go). None of
// the user's git configuration, attributes, or hook environment has a say in the
// lines; only which untracked files git ignores, what it takes to open the
// repository, and the attribute ident, which is collapsed as git does. No
// program is started that a repository's files name, no filter for one: see
// docs/security.md.
//
// What it cannot do: see files that git ignores, or that stand behind a
// symbolic link to a directory; apply filters and working-tree-encoding, so that
// such a file is compared as it stands and counts whole where git stores it in
// another form (LineSet.Warnings says so); tell which one of equal neighbours was
// deleted.
package diffsrc
