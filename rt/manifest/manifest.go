package manifest

// TrackFormat is the version of /track's JSON, its top-level "format" and the
// header Goat-Track-Version. A page of format 1 has neither; its stable ids do
// not tell code apart.
const TrackFormat = 2

// Package is an instrumented package and its tracking points, in the order of
// their counters: by file, then position.
type Package struct {
	Path   string // import path
	Module string // module path; point files are relative to its directory
	// Version is that of a required module, "" for the build's own: "v1.2.3",
	// "path@v1.2.3" when it is replaced by another module, or a directory.
	Version string
	Points  []Point
}

// Point is one tracking point. The fields are those of point.Site; StableID
// is not stored but computed of Decl, Kind and Ordinal, see StableID.
type Point struct {
	File      string // module-relative, slashes
	Func      string
	Kind      string // stmt, then, else, default, case, loop, func, manual
	Line      int    // 1-based
	EndLine   int    // inclusive
	Lines     [][2]int
	Directive string // "file:line" after the user's own //line directives, or ""
	Decl      uint64 // key of the declaration it is in
	Ordinal   int    // of its place in the declaration, 0 or more
	StableID  string // set by Decode
	// Shared says that the counter of the next point counts for this one, whose
	// own stays 0: control comes from one to the other in any case. Of kind func.
	Shared bool
}

// Main is what a main package knows of its build. It is a pure function of
// configuration, base and package: no commit of the work tree, no time, no
// temporary path.
type Main struct {
	Package     string // import path: the component's name
	App         string // appName
	Version     string // appVersion
	Base        string // the ref compared with; "" when the build had no line sets
	BaseCommit  string // the commit whose tree was compared; "" when there is none
	BaseMode    string
	Source      string // blame, diff, diff-norenames, patchfile, index, init
	Granularity string
	DataType    string // bool or count
	Serve       string // http, file or off
	Hits        string // "" or "point": whether /metrics has a series per point
	Adaptor     string // comma-separated adaptors, "" for none
	Goat        string // goat's version
	Flush       string // how often the file in GOAT_DIR is written while the program runs: a Go duration, 0 for only at the end, "" for what Serve asks for
	Components  []Component
}

// Component is a named part of a binary: the main package itself, or what
// goat.yaml's components name.
type Component struct {
	Name     string
	Patterns []string // package patterns as the go command's, "..." included
}
