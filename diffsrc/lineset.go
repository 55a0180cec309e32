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

// LineSet holds the effective lines of every changed Go file in the modules
// that a build instruments. A file's lines depend only on its bytes and on what
// ID covers.
//
// A LineSet is immutable after Compute and safe for concurrent use.
type LineSet struct {
	// Source says how the lines were found: "blame" (precision 1, as GOAT calls
	// it), "diff", "diff-norenames", "patchfile", "index" or "init".
	Source string
	// Bases says what each repository was compared with. The repository of the
	// go.work or the main module is first, and a superproject comes before its
	// submodules. It is empty for patchfile and init. For index it describes
	// the comparison that the index was made from.
	Bases []Base
	// Uncompared lists repositories of the build that could not be compared,
	// and modules that are in no repository. Their files have no lines.
	Uncompared []Uncompared
	// All marks every line of every file as effective (base INIT).
	All bool
	// Modules maps a module path to its changed files.
	Modules map[string]ModuleLines
	// Dependencies are the required modules whose code differs from what the
	// base required, sorted by path. Their lines are in Modules.
	Dependencies []modules.Dependency
	// DependenciesReason says why required modules could not be compared; "" if
	// they could or were not asked for.
	DependenciesReason string
	// Pairs lists the files that were compared with a base file of another name
	// or that code moved between: renames and, at precision 1, moved code. It
	// is sorted. Base and pairs together determine every file's lines.
	Pairs []Pair
	// Ignored are untracked .go files and clones below the modules that git
	// ignores. They are new code without lines. Paths have slashes, are
	// relative to the top of the first repository, and are sorted.
	Ignored []string
	// Nested are the directories below the modules that have a go.mod of their
	// own: the path of the module around them, NUL, and the path in it. Sorted.
	Nested []string
	// Digests covers all .go files, if Options.Digests asks for it or the index
	// has it. It is not part of ID.
	Digests Digests
	// Stale are existing files for which the index does not hold: they are not
	// in it, or have other bytes now. They have no lines. Module path and path
	// in the module, sorted. It is not part of ID, nor of an index.
	Stale []string
	// Warnings are sentences for users about lines that may not be what they
	// expect. They are not part of ID, nor of an index.
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
	// Submodule says that the commit is missing that the superproject's base
	// records, which only the user can fetch.
	Submodule bool
}

// ModuleLines maps a module-relative path with slashes to the file's lines.
// Files without effective lines, removed or moved statements are left out.
type ModuleLines map[string]FileLines

// FileLines holds one file's effective lines.
type FileLines struct {
	// Hash is the lower-case hex SHA-256 of the bytes that the lines belong to.
	Hash string `json:"hash"`
	// Lines are the effective lines: 1-based, inclusive ranges in ascending
	// order that neither overlap nor touch.
	Lines [][2]int `json:"lines"`
	// Removed are whole statements that were deleted. They get no point;
	// goat-vet lists them.
	Removed []Removed `json:"removed,omitempty"`
	// Moved is code that was elsewhere in the base and is gone from there, at
	// precision 1. Its lines are not in Lines; goat-vet -v lists it.
	Moved []Moved `json:"moved,omitempty"`
}

// Moved is a run of statements that moved. All lines are 1-based and inclusive.
type Moved struct {
	Line    int `json:"line"`
	EndLine int `json:"endLine"`
	// From is the file that they were in, with slashes, relative to the top of
	// its repository, or for a required module to the module.
	From       string `json:"from"`
	OldLine    int    `json:"oldLine"`
	OldEndLine int    `json:"oldEndLine"`
}

// Removed is a run of deleted statements.
type Removed struct {
	// Line is the line of the new file after which the statements were; 0 means
	// before the first line.
	Line int `json:"line"`
	// OldLine and OldEndLine are their lines in the base.
	OldLine    int `json:"oldLine"`
	OldEndLine int `json:"oldEndLine"`
}

// Pair says that New was compared with Old, a file of the base with another
// name, or that code moved from Old to New. Both have slashes and are relative
// to the top of the repository.
type Pair struct {
	Repo string `json:"repo"` // Base.Dir of the repository, relative to the first one's; "." for the first
	New  string `json:"new"`
	Old  string `json:"old"`
	// Moved is a digest of the code that moved; "" for a renamed file.
	Moved string `json:"moved,omitempty"`
}

// comparePairs orders pairs.
func comparePairs(a, b Pair) int {
	return strings.Compare(a.Repo+"\x00"+a.New+"\x00"+a.Old+"\x00"+a.Moved, b.Repo+"\x00"+b.New+"\x00"+b.Old+"\x00"+b.Moved)
}

// Base says what one repository's work tree was compared with.
type Base struct {
	Dir string // absolute top of the work tree; "" if read from an index
	Ref string // as given or as chosen; "INIT" if everything is new
	// Why tells people how Ref was chosen; "" if it was given.
	Why    string   `json:",omitempty"`
	Mode   BaseMode // the mode that was used, never ModeAuto
	Commit string   // full hash of the commit that Ref names
	Used   string   // the commit whose tree was compared: Commit or the merge base
	// GoTree is git's hash of a tree with only the .go files of Used and of its
	// compared submodules; "" for such a submodule.
	GoTree string
}

// BaseMode says which commit's tree is the old side.
type BaseMode string

const (
	// ModeAuto uses the merge base if the base is a branch, and the base's own
	// tree if it is a tag or a commit.
	ModeAuto BaseMode = "auto"
	// ModeDirect uses the base's own tree.
	ModeDirect BaseMode = "direct"
	// ModeMergeBase uses the merge base of the base and HEAD.
	ModeMergeBase BaseMode = "mergeBase"
	// ModeRequire uses the base's own tree and requires that the base is an
	// ancestor of HEAD (seed: GOAT's architecture, 3.1).
	ModeRequire BaseMode = "require"
)

// File returns the effective lines of a file. rel is relative to the module's
// directory, with slashes. ok is false if the file has none.
func (s *LineSet) File(module, rel string) (lines FileLines, ok bool) {
	lines, ok = s.Modules[module][rel]
	return lines, ok
}

// idVersion changes when the same inputs would give other lines.
const idVersion = "goat lines 3"

// ID returns a hex digest of everything besides a file's bytes that its lines
// depend on: how they are found, the base's .go files, the rename and copy
// pairs, which repositories are compared, what git ignores and which
// directories are modules of their own. It does not depend on which files are
// changed now, so an edit keeps it unless it adds or removes a pair. Lines that
// were given (patch file, index) are part of the digest.
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
		data = fmt.Appendf(nil, "%v", key) // only invalid UTF-8 can fail
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// dependencyID identifies what the lines of a module's files depend on.
func dependencyID(d modules.Dependency) string {
	return fmt.Sprintf("%s %s %s %s %t", d.Path, d.Version, d.Old, d.Digest, d.Reason == "")
}
