// Package buildinfo says which goat this is.
//
// In: what the go command stamped into the running program. Out: a version
// for -version and for tool IDs. It cannot tell two builds of a work tree
// apart when the go command stamped no version control data.
package buildinfo

import "runtime/debug"

// modulePath is goat's own module.
const modulePath = "github.com/goat-trace/goat"

// Devel is the version of a goat that was built from a work tree without a
// version.
const Devel = "devel"

// Version returns goat's module version, or Devel. It is right also where
// goat is a dependency, as in a linter that holds its analyzers.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Devel
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) string {
	module := &info.Main
	for _, dep := range info.Deps {
		if dep.Path == modulePath {
			module = dep
		}
	}
	if module.Replace != nil {
		module = module.Replace
	}
	if module.Version == "" || module.Version == "(devel)" {
		return Devel
	}
	return module.Version
}
