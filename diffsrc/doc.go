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
// one and holds a token of it that is new, or is next to deleted ones.
// Comments, blank lines and formatting never count.
//
// Several repositories may be part of a build. A repository's submodules are
// compared together with it, at the commits that its base records: a file may move
// from one to the other. A clone that the repository does not record is new code if
// it lies within one of the build's modules. Otherwise it is compared by itself.
//
// Compute (diffsrc.go) goes through the files in this order. repositories.go finds
// the work trees, and submodule.go the submodules and clones in them. base.go
// resolves the commit to compare with; choose.go, tags.go and pullrequest.go choose
// one where none is set. trees.go and worktree.go list the .go files of both sides.
// diff.go has git compare them, as two trees of a private repository. collect.go has
// internal/compare turn hunks into lines; at precision 1 moved code is left out.
// lineset.go is the result. patchfile.go and index.go are the ways without git. With
// Options.Requirements, required.go and versions.go then compare the required
// modules whose version is not the base's.
//
// The user's repository is never written to, with one exception: a partial clone
// gets the files of the base that it lacks (internal/git: partial.go, fetch.go).
// The user's git configuration, attributes and hooks do not change the lines. Three
// things of them count: which untracked files git ignores, the settings without
// which git does not open the repository, and the attribute ident, whose keywords
// are collapsed as git does. No program that a repository's files name is started,
// such as a filter: see docs/security.md.
//
// What it cannot do:
//
//   - It does not see files that git ignores, or that are reached through a
//     symbolic link to a directory.
//   - It does not apply filters and working-tree-encoding. A file with one is
//     compared as it is on disk. Where git stores another form, all of the file
//     counts as changed, and LineSet.Warnings says so.
//   - It cannot tell which one of equal neighbours was deleted.
package diffsrc
