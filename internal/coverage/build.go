package coverage

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"hash/fnv"
	"path"
	"slices"
	"strings"
)

// Build is what a program was built from, and its points. It does not change once a
// process refers to it.
type Build struct {
	App     string // the application's name
	Version string // the application's
	Package string // the main package's import path

	Commit      string // of the work tree; "" if not known
	Modified    bool   // the work tree had uncommitted changes
	Base        string // the ref the points were chosen against
	BaseCommit  string // its commit; "" if there is none
	Source      string // how the line sets were made, see rt/manifest
	Granularity string
	DataType    string // bool or count
	Goat        string // goat's version

	Sites      []Site // in the order of their ids
	Components []Component
}

// Site is where a point is. The fields are the ones in /track, see
// docs/compatibility.md.
type Site struct {
	StableID      string
	Package       string // import path
	Module        string // of a required module; else ""
	ModuleVersion string
	File          string // relative to its module, with slashes
	Line, EndLine int
	Lines         [][2]int // the changed lines that it vouches for
	Func          string   // "(*T).M", "F.func1"
	Kind          string
	Directive     string
	ErrorPath     bool // the build says that it is one; false may mean that it does not say
}

// ProfileName is the name that Go's cover profiles have for the site's file: the
// package's import path, without the mark of an external test, and the file's name.
func (s *Site) ProfileName() string {
	return strings.TrimSuffix(s.Package, "_test") + "/" + path.Base(s.File)
}

// Component is a part of a program that is counted separately. The main package
// with everything it links comes first, then the components that goat.yaml names.
type Component struct {
	Name  string
	Sites []int // indices, ascending
}

// key distinguishes releases: builds with the same key are merged.
//
// A clean commit identifies the code, so its builds belong together whatever
// program and architecture they are for. Without a commit, or with uncommitted
// changes, only the points can say whether two builds are the same. Points that
// were chosen against another base, or at another granularity, answer another
// question.
//
// Tests are an exception: each package has a test program with its own points, and
// all of them are about one work tree. If it was edited between two runs, the
// edited code has other ids.
func (b *Build) key() string {
	base := cmp.Or(b.BaseCommit, b.Base, b.Source) + "\x00" + b.Granularity
	if b.Commit != "" && !b.Modified {
		return b.Commit + "\x00" + base
	}
	if b.IsTest() {
		return b.Commit + "\x00" + base + "\x00tests"
	}
	return b.Commit + "\x00" + base + "\x00" + b.Package + "\x00" + b.Version + "\x00" + b.Digest()
}

// IsTest reports whether go test has built the program.
func (b *Build) IsTest() bool { return strings.HasSuffix(b.Package, ".test") }

// Digest distinguishes sets of points. It is 16 hexadecimal digits of FNV-1a, so it
// does not protect against forged sets.
func (b *Build) Digest() string {
	h := fnv.New64a()
	for i := range b.Sites {
		s := &b.Sites[i]
		writeText(h, s.StableID)
		writeText(h, s.Package)
		writeText(h, s.File)
		writeNumber(h, s.Line)
		writeNumber(h, s.EndLine)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Same reports whether two builds have the same points and components.
func (b *Build) Same(c *Build) bool {
	return slices.EqualFunc(b.Sites, c.Sites, func(s, t Site) bool { return slices.Equal(s.Lines, t.Lines) && s.equal(&t) }) && slices.EqualFunc(b.Components, c.Components, func(c, d Component) bool {
		return c.Name == d.Name && slices.Equal(c.Sites, d.Sites)
	})
}

// equal compares everything but the lines.
func (s *Site) equal(t *Site) bool {
	return s.StableID == t.StableID && s.Package == t.Package && s.Module == t.Module && s.ModuleVersion == t.ModuleVersion &&
		s.File == t.File && s.Line == t.Line && s.EndLine == t.EndLine && s.Func == t.Func && s.Kind == t.Kind && s.Directive == t.Directive
}

func writeText(h hash.Hash64, text string) {
	writeNumber(h, len(text))
	_, _ = h.Write([]byte(text))
}

func writeNumber(h hash.Hash64, n int) {
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

// Path names the site's file. For a file of a required module it begins with the
// module, as in a build with -trimpath: "path@version/file".
func (s *Site) Path() string {
	switch {
	case s.ModuleVersion == "":
		return s.File
	case strings.HasPrefix(s.ModuleVersion, ".") || strings.HasPrefix(s.ModuleVersion, "/"):
		return s.Module + "/" + s.File // replaced by a directory
	}
	return s.Module + "@" + s.ModuleVersion[strings.LastIndexByte(s.ModuleVersion, '@')+1:] + "/" + s.File
}

// InTestFile reports whether the site is in a file that only go test builds.
func (s *Site) InTestFile() bool { return strings.HasSuffix(s.File, "_test.go") }
