package manifest

// TrackFormat is the version of /track's JSON. It is in the top-level "format"
// and in the header Goat-Track-Version. A page of format 1 has neither, and its
// stable ids do not identify code.
const TrackFormat = 2

// Package is an instrumented package with its tracking points in the order of
// their counters: by file, then by position.
type Package struct {
	Path   string // import path
	Module string // module path; point files are relative to its directory
	// Version is the version of a required module: "v1.2.3", "path@v1.2.3" if
	// another module replaces it, or a directory. It is "" for the build's own
	// modules.
	Version string
	Points  []Point
}

// Point is one tracking point. Its fields are those of point.Site. StableID is
// not stored, but computed from Decl, Kind and Ordinal.
type Point struct {
	File      string // module-relative, slashes
	Func      string
	Kind      string // stmt, then, else, default, case, loop, func, manual
	Line      int    // 1-based
	EndLine   int    // inclusive
	Lines     [][2]int
	Directive string // "file:line" after the user's own //line directives, or ""
	Decl      uint64 // key of the declaration that holds it
	Ordinal   int    // number of its place in the declaration, 0 or more
	StableID  string // set by Decode
	// Shared says that the next point's counter also counts for this one, whose
	// own counter stays 0, because both are always hit together. Only for kind
	// func.
	Shared bool
}

// Main is what a main package knows about its build. It depends only on
// configuration, base and package, so it contains no commit of the work tree,
// no time and no temporary path.
type Main struct {
	Package     string // import path: the component's name
	App         string // appName
	Version     string // appVersion
	Base        string // the ref that was compared with; "" if the build had no line sets
	BaseCommit  string // the commit whose tree was compared, or ""
	BaseMode    string
	Source      string // blame, diff, diff-norenames, patchfile, index, init
	Granularity string
	DataType    string // bool or count
	Serve       string // http, file or off
	Hits        string // "point" if /metrics has a series for each point, otherwise ""
	Adaptor     string // comma-separated adaptors, "" for none
	Goat        string // goat's version
	Flush       string // how often the file in GOAT_DIR is written while the program runs: a Go duration, 0 for only at the end, "" for Serve's default
	Components  []Component
}

// Component is a named part of a binary: the main package, or an entry of
// goat.yaml's components.
type Component struct {
	Name     string
	Patterns []string // package patterns as the go command's, with "..."
}
