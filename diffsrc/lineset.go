package diffsrc

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// LineSet holds the effective lines of every changed Go file of the modules
// that a build instruments. It is a pure function of the base tree, the
// file's bytes and the rename pairs: see ID.
//
// A LineSet is immutable after Compute and safe for concurrent use.
type LineSet struct {
	// Source is how the lines were found: "blame" (precision 1, by its name in
	// GOAT), "diff", "diff-norenames", "patchfile", "index" or "init".
	Source string
	// Bases says what each repository was compared with: that of the go.work or the
	// main module first, a superproject before its submodules. Empty for patchfile
	// and init; for index what it was when the index was made.
	Bases []Base
	// Uncompared are the repositories of the build that could not be compared, and
	// modules in none. Their files have no lines.
	Uncompared []Uncompared
	// All marks every line of every file as effective (base INIT).
	All bool
	// Modules maps a module path to its changed files.
	Modules map[string]ModuleLines
	// Dependencies are the required modules whose code differs from what the
	// base required, by path. Their lines are in Modules.
	Dependencies []modules.Dependency
	// DependenciesReason says why no required module could be looked at; ""
	// when they could, or were not asked for.
	DependenciesReason string
	// Pairs lists what a file's lines were attributed to besides the file of
	// the same name in the base: renames and, at precision 1, moved code.
	// Sorted. Together with the base they fix every file's lines.
	Pairs []Pair
	// Ignored are the untracked .go files and clones of repositories below the
	// modules that git ignores: new code that has no lines. Slash-separated,
	// relative to the top of the first repository, sorted.
	Ignored []string
	// Nested are the directories below the modules that hold a go.mod of their
	// own, named by the module around them, NUL, and the path in it. Sorted.
	Nested []string
	// Digests are of all .go files, where Options.Digests asks for them and where an
	// index has them. They are no part of ID.
	Digests Digests
	// Stale are the files that an index says nothing of, although they are there with
	// other bytes or are not in it, by module path and path in the module, sorted. They
	// have no lines. No part of ID, nor of an index.
	Stale []string
	// Warnings say, in sentences for users, what about the lines may not be what
	// they expect. They are no part of ID, nor of an index.
	Warnings []string
}

// Sources of a LineSet.
const (
	SourceBlame         = "blame"
	SourceDiff          = "diff"
	SourceDiffNoRenames = "diff-norenames"
	SourcePatchfile     = "patchfile"
	SourceIndex         = "index"
	SourceInit          = "init"
)

// Uncompared is code of a build that was not compared with a base.
type Uncompared struct {
	Dir    string // absolute
	Reason string
	// Submodule says that what is missing is the commit that the superproject's
	// base records, which only the user can bring.
	Submodule bool
}

// ModuleLines maps a module-relative path with slashes to the file's lines.
// Files without effective lines, removed or moved statements are left out.
type ModuleLines map[string]FileLines

// FileLines holds one file's effective lines.
type FileLines struct {
	// Hash is the lower-case hex SHA-256 of the file's bytes, as the lines
	// were computed from them.
	Hash string `json:"hash"`
	// Lines are the effective lines, 1-based, inclusive, ascending, not
	// overlapping nor adjacent.
	Lines [][2]int `json:"lines"`
	// Removed are whole statements that were deleted. They have no point;
	// goat-vet lists them.
	Removed []Removed `json:"removed,omitempty"`
	// Moved is the code that stood elsewhere in the base and no longer does, at
	// precision 1. Its lines are not among Lines; goat-vet -v lists it.
	Moved []Moved `json:"moved,omitempty"`
}

// Moved is a run of statements that moved. All lines are 1-based and inclusive.
type Moved struct {
	Line    int `json:"line"`
	EndLine int `json:"endLine"`
	// From is the file of the base that they stood in, slash-separated and relative
	// to the top of its repository, or to the module for a required one.
	From       string `json:"from"`
	OldLine    int    `json:"oldLine"`
	OldEndLine int    `json:"oldEndLine"`
}

// Removed is a run of deleted statements.
type Removed struct {
	// Line is the line of the new file after which the statements stood; 0
	// is before the first line.
	Line int `json:"line"`
	// OldLine and OldEndLine are the lines that they had in the base.
	OldLine    int `json:"oldLine"`
	OldEndLine int `json:"oldEndLine"`
}

// Pair says that New was compared with Old, a different file of the base, or
// that code moved from Old to New.
// Both are slash-separated and relative to the top of the repository.
type Pair struct {
	Repo string `json:"repo"` // Base.Dir of the repository, relative to the first one's; "." for it
	New  string `json:"new"`
	Old  string `json:"old"`
	// Moved is a digest of the code that moved; "" for a renamed file.
	Moved string `json:"moved,omitempty"`
}

// comparePairs is the order of pairs.
func comparePairs(a, b Pair) int {
	return strings.Compare(a.Repo+"\x00"+a.New+"\x00"+a.Old+"\x00"+a.Moved, b.Repo+"\x00"+b.New+"\x00"+b.Old+"\x00"+b.Moved)
}

// Base is what one repository's work tree was compared with.
type Base struct {
	Dir string // absolute, the top of the work tree; "" when read from an index
	Ref string // as given, or as chosen by auto; "INIT" for everything is new
	// Why says for people how auto chose Ref; "" where it was given.
	Why    string   `json:",omitempty"`
	Mode   BaseMode // what was done; for ModeAuto what it chose
	Commit string   // the commit that Ref names, full hash
	Used   string   // the commit whose tree was compared: Commit or the merge base
	// GoTree is git's hash of the tree that holds only the .go files of Used, and of
	// its submodules that were compared; "" for such a submodule.
	GoTree string
}

// BaseMode says which commit's tree is the old side.
type BaseMode string

const (
	// ModeAuto uses the merge base when the base is a branch and the base's
	// own tree when it is a tag or a commit.
	ModeAuto BaseMode = "auto"
	// ModeDirect uses the base's own tree.
	ModeDirect BaseMode = "direct"
	// ModeMergeBase uses the merge base of the base and HEAD.
	ModeMergeBase BaseMode = "mergeBase"
	// ModeRequire uses the base's own tree and demands that it is an ancestor
	// of HEAD (seed: GOAT's architecture, 3.1).
	ModeRequire BaseMode = "require"
)

// File returns the effective lines of a file of a module. rel is relative to
// the module's directory, with slashes. ok is false when the file has none.
func (s *LineSet) File(module, rel string) (lines FileLines, ok bool) {
	lines, ok = s.Modules[module][rel]
	return lines, ok
}

// idVersion changes when the same inputs would give other lines.
const idVersion = "goat lines 3"

// ID returns a hex digest of everything that fixes the lines of any file with
// given bytes: how they are found, the base's .go files, the rename and copy
// pairs, which repositories are compared, what git ignores and which directories
// are modules of their own. It does not depend on which files are changed now, so an edit leaves
// it alone unless it makes or breaks a pair. Lines that were given (patch
// file, index) are part of the digest themselves.
func (s *LineSet) ID() string {
	key := struct {
		Version, Source string
		All             bool
		Trees           []string
		Pairs           []Pair
		Given           map[string]ModuleLines
		Required        []string `json:",omitempty"`
		Ignored, Nested []string
	}{Version: idVersion, Source: s.Source, All: s.All, Pairs: s.Pairs, Ignored: s.Ignored, Nested: s.Nested}
	for _, b := range s.Bases {
		rel, err := filepath.Rel(s.Bases[0].Dir, b.Dir)
		if err != nil {
			rel = b.Dir
		}
		key.Trees = append(key.Trees, b.GoTree, filepath.ToSlash(rel))
	}
	for _, d := range s.Dependencies {
		key.Required = append(key.Required, dependencyID(d))
	}
	if s.Source == SourcePatchfile || s.Source == SourceIndex {
		key.Given = s.Modules
	}
	data, err := json.Marshal(key)
	if err != nil {
		data = fmt.Appendf(nil, "%v", key) // strings that are no UTF-8 aside, nothing can go wrong
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// id is what the lines of any file of the module depend on.
func dependencyID(d modules.Dependency) string {
	return fmt.Sprintf("%s %s %s %s %t", d.Path, d.Version, d.Old, d.Digest, d.Reason == "")
}
