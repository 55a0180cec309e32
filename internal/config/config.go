package config

import "cmp"

// Values of Config.Modules.
const (
	ModulesOff    = "false"
	ModulesRaised = "true" // the code that changed versions of required modules brought in
	ModulesAll    = "all"  // also modules that are new
)

// Config is goat's configuration. Load returns it complete: with defaults
// filled in and all values checked. Settings describes each field for flags,
// variables, docs/configuration.md and the JSON schema.
type Config struct {
	AppName    string   // appName; default: the last element of the main package's import path
	AppVersion string   // appVersion; default: "" (then build info's version at run time)
	Base       string   // oldBranch, base, -base, GOAT_BASE; "" is auto
	NewBranch  string   // newBranch; HEAD, or what HEAD is
	BaseMode   string   // baseMode: auto (default), direct, mergeBase, require
	Ignores    []string // ignores: exact module-relative paths (a directory includes what is below it) and globs, not prefixes

	Granularity string // granularity: line, patch (default), scope, func
	Precision   int    // diffPrecision: 1 (default), 2, 3
	Threads     int    // threads: 1..; GOMAXPROCS for 0 and by default
	Race        bool   // race: kept for GOAT files, without effect
	DataType    string // dataType: bool (default; also truth), count

	MainEntries       []string            // mainEntries: which mains serve; "*" (default), import paths, module-relative directories, patterns with "..."
	SkipNestedModules bool                // skipNestedModules; default true
	Verbose           bool                // verbose
	Generated         bool                // generated: instrument generated files too
	Modules           string              // modules: false (default), true (what changed module versions brought in), all (new modules too)
	Adaptors          []string            // adaptors: victoria, prometheus
	Serve             string              // serve: http (default), file, off
	Hub               bool                // hub: what serves nothing can push all the same
	Hits              string              // hits: "" (default) or point: a series per point
	Flush             string              // flush: a Go duration of 100ms or more, 0, or "" for Serve's default
	Components        map[string][]string // components: name → package patterns
	Gate              []string            // gate: rules, see ParseGateRule

	Trace Trace // trace, -trace-scope, GOAT_TRACE_SCOPE

	// Of Base, Patchfile and Index, only the one with the highest priority is
	// set. If none is, Base is "" and is chosen automatically.
	Patchfile string // -patchfile, GOAT_PATCHFILE; absolute
	Index     string // GOAT_INDEX, -index; absolute

	Strict bool   // GOAT_STRICT=1: whatever goat cannot do is an error
	Log    string // GOAT_LOG: a file to append slog text to; absolute
	Keep   string // GOAT_KEEP: a directory that keeps the rewritten files; absolute

	// How goat diff -markers writes; builds do without.
	GoatPackageName  string   // goatPackageName
	GoatPackageAlias string   // goatPackageAlias
	GoatPackagePath  string   // goatPackagePath, with slashes
	PrinterMode      []string // printerConfigMode; nil where the file does not have it
	PrinterTabwidth  int      // printerConfigTabwidth
	PrinterIndent    int      // printerConfigIndent

	// File is the absolute path of the goat.yaml that was read; "" for none.
	File string
	// Needless lists keys of File that are accepted but do nothing.
	Needless []string
	// Origins says where each value that is not a default came from: "-base",
	// "GOAT_BASE" or "goat.yaml:12". Its keys are Setting.Name.
	Origins map[string]string
}

// Source returns the flag, variable or line of goat.yaml that sets the index,
// patch file or base; "" if nothing does.
func (c *Config) Source() string {
	return cmp.Or(c.Origins["index"], c.Origins["patchfile"], c.Origins["oldBranch"])
}
