// Package gclplugin makes goat's analyzers a golangci-lint module plugin.
//
// In: the plugin's settings in .golangci.yml. Out: the suite, with line sets
// found once for the whole run. Name this package in .custom-gcl.yml:
//
//	version: v2.x.y
//	plugins:
//	  - module: github.com/goat-trace/goat
//	    import: github.com/goat-trace/goat/analyzers/gclplugin
//	    version: vX.Y.Z
//
// and the linter in .golangci.yml:
//
//	linters:
//	  enable: [goat]
//	  settings:
//	    custom:
//	      goat:
//	        type: module
//	        settings:
//	          base: origin/main
//	          granularity: patch
//	          salt: "1"
//
// The settings are goat's flags but for modules: base, mode, granularity,
// precision, patchfile, index and config. What they leave open comes from the GOAT_ variables and
// goat.yaml.
//
// golangci-lint caches issues by package and settings; it does not know of
// line sets. When the base moves, or a variable or goat.yaml changes, while
// the packages stay the same, it would show the old points: change salt, to
// whatever value, or run "golangci-lint cache clean". In CI a salt of the
// base's commit is right.
//
// Points are computed for the directory that golangci-lint runs in. Outside a
// git repository, and without a patch file or an index, there are none.
package gclplugin
