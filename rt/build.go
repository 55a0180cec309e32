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
	Commit      string // GOAT_COMMIT, or the VCS revision that the go command stamped, or ""
	Modified    bool   // whether the work tree had changes on top of the stamped commit
	Base        string // the ref that the code was compared with; "" without line sets
	BaseCommit  string // the commit that was compared with, or ""
	Source      string // how the line sets were made, see manifest.Main
	Granularity string
	Adaptor     string // comma-separated
	DataType    string // bool or count
	Hits        string // "" or point
	Serve       string // http, file or off
	Goat        string // goat's version
}

// newBuild combines what is compiled in with what the program knows at run
// time. The commit is not compiled in, because each commit would then cause a
// rebuild. The environment wins, because whoever deploys knows what was built
// even without git.
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
			case own.commit != "": // the stamp describes another commit
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

// appName returns the name that `go build` would give the program: the last
// element of its import path that is not a major version.
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
