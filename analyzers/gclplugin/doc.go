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
// The settings are goat's flags except -modules: base, mode, granularity,
// precision, patchfile, index and config. GOAT_ variables and goat.yaml fill in
// those that are not set.
//
// golangci-lint caches issues by package and settings and knows nothing of line
// sets. When the base moves, or a variable or goat.yaml changes, while a
// package stays the same, golangci-lint would show the old points. Then change
// salt to any other value, or run "golangci-lint cache clean". In CI, use the
// base's commit as salt.
//
// Points are computed for the directory that golangci-lint runs in. Outside a
// git repository there are none, unless a patch file or an index is set.
package gclplugin
