package rt

import (
	"cmp"
	"runtime/debug"
	"strings"

	"github.com/goat-trace/goat/rt/manifest"
)

// Build says what a program was built from.
type Build struct {
	App         string // appName, or the last element of the main package's import path
	Version     string // GOAT_APP_VERSION, appVersion, or the main module's version
	Package     string // the main package's import path
	Commit      string // GOAT_COMMIT, or the VCS revision the go command stamped; "" without
	Modified    bool   // whether the work tree had changes beside the commit that was stamped
	Base        string // the ref the points were chosen against; "" without line sets
	BaseCommit  string // the commit that was compared; "" where there is none
	Source      string // what the line sets were made by, see manifest.Main
	Granularity string
	Adaptor     string // comma-separated
	DataType    string // bool or count
	Hits        string // "" or point
	Serve       string // http, file or off
	Goat        string // goat's version
}

// newBuild joins what the compiler was told with what the program itself knows
// at run time: the commit is not compiled in, or each commit would rebuild. What
// the environment says wins: whoever deploys knows what was built where git is not.
func newBuild(m manifest.Main) Build {
	own := ownVariables()
	b := Build{
		App: m.App, Version: cmp.Or(own.version, m.Version), Package: m.Package, Commit: own.commit,
		Base: m.Base, BaseCommit: m.BaseCommit, Source: m.Source, Granularity: m.Granularity, Adaptor: m.Adaptor,
		DataType: m.DataType, Hits: m.Hits, Serve: m.Serve, Goat: m.Goat,
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if b.Package == "" {
			b.Package = info.Path
		}
		if b.Version == "" {
			b.Version = info.Main.Version
		}
		for _, s := range info.Settings {
			switch {
			case own.commit != "": // what was stamped is not said of it
			case s.Key == "vcs.revision":
				b.Commit = s.Value
			case s.Key == "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	if b.Package == "" {
		b.Package = "main"
	}
	if b.App == "" {
		b.App = appName(b.Package)
	}
	return b
}

// appName is the name that `go build` would give the program: the last element
// of its import path that is no major version.
func appName(path string) string {
	dir, last := cutLast(path)
	if dir != "" && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		_, last = cutLast(dir)
	}
	return last
}

func cutLast(path string) (dir, last string) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}
