// Package diffsrc finds the lines of a Go work tree that changed since a base.
//
// In: a base ref (or a patch file, or an index made earlier) and the modules of
// a build. Out: a LineSet, the effective lines of each changed file. Package
// analyzers turns it into tracking points.
//
// The new side is always the work tree as the compiler reads it: committed,
// staged, unstaged, and untracked files that git does not ignore. The old side
// is the tree of the base. Only content counts. Dates do not, and history
// counts only for finding a merge base, so a shallow clone will do if it has
// the base commit.
//
// A statement, or the signature of a function, is changed unless the base has
// an equal one in its place. A line is effective when it belongs to a changed
// statement or signature and holds a new token of it, or is next to deleted
// ones. Comments, blank lines and formatting never count.
//
// A build may use several repositories. A repository's submodules are compared
// together with it, at the commits that its base records, because a file may
// move from one to the other. A clone that the repository does not record is
// new code if it lies in one of the build's modules; otherwise it is compared
// by itself.
//
// Compute (diffsrc.go) uses the files in this order. repositories.go finds the
// work trees, and submodule.go the submodules and clones in them. base.go
// resolves the commit to compare with; choose.go, tags.go and pullrequest.go
// choose it if none is set. trees.go and worktree.go list the .go files of both
// sides. differences.go, sides.go and diff.go have git compare them, as two
// trees of a private repository. collect.go has internal/compare turn hunks
// into lines and, at precision 1, excludes moved code. comparisons.go keeps for
// the next run what was found in pairs of files. lineset.go defines the result.
// patchfile.go and index.go produce it without git. With Options.Requirements,
// required.go and versions.go then compare the required modules whose version
// is not the base's.
//
// Nothing is written to the user's repository, with one exception: a partial
// clone gets the files of the base that it lacks (internal/git: partial.go,
// fetch.go). The user's git configuration, attributes and hooks do not change
// the lines, except for three things: which untracked files git ignores, the
// settings without which git does not open the repository, and the attribute
// ident, whose keywords are collapsed as git does it. No program that a
// repository's files name is started, such as a filter; see docs/security.md.
//
// What it cannot do:
//
//   - It does not see files that git ignores, or that only a symbolic link to a
//     directory leads to.
//   - It does not apply filters and working-tree-encoding, and compares such a file
//     as it is on disk. If git stores it in another form, the whole file counts as
//     changed, and LineSet.Warnings says so.
//   - It cannot tell which one of equal neighbours was deleted.
package diffsrc
