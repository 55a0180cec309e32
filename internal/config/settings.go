package config

import (
	"fmt"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Type is what a setting holds.
type Type string

// The types, as the documentation names them.
const (
	String  Type = "string"
	Integer Type = "integer"
	Boolean Type = "boolean"
	List    Type = "list of strings"
	Map     Type = "map of lists"
	// Duration is a Go duration or 0.
	Duration Type = "duration"
	// Scopes is a trace scope, a list of them, or a map that has one as its scope.
	Scopes Type = "scope, list or map"
	Path   Type = "path" // made absolute; in the file relative to it, elsewhere to Input.Dir
)

// Setting describes one thing that a user can set. The settings drive
// loading, flags, the generated documentation and the JSON schema.
type Setting struct {
	Key     string   // in goat.yaml; "" if it has none
	Aliases []string // older names of Key
	Flag    string   // without the dash; "" for none
	Env     string   // "" for none

	Type    Type
	Default string            // as it would be written in the file; "" for the zero value
	Unset   string            // what happens without a value, if Default does not say it
	Allowed []string          // the only values, also for the items of lists
	Older   map[string]string // older spellings of values
	Min     int               // the smallest integer
	Max     int               // the largest integer; 0 for no limit

	Doc      string // one paragraph for docs/configuration.md
	Needless bool   // accepted for GOAT's files, but without effect
	RunTime  bool   // read by the built binary, not by the build

	field func(*Config) any         // pointer to the field; nil if nothing is stored
	check func(value string) string // says what is wrong with a string or item, or ""
}

// Name identifies the setting in messages and in Config.Origins.
func (s Setting) Name() string {
	switch {
	case s.Key != "":
		return s.Key
	case s.Flag != "":
		return "-" + s.Flag
	}
	return s.Env
}

// Settings returns all settings in the order of the documentation.
func Settings() []Setting {
	return slices.Concat(comparisonSettings(), pointSettings(), binarySettings(), buildSettings(), runTimeSettings(), needlessSettings())
}

// booleanWords are the words that strconv.ParseBool and YAML 1.1 accept besides
// true and false.
var booleanWords = map[string]string{
	"1": "true", "t": "true", "T": "true", "True": "true", "TRUE": "true",
	"y": "true", "Y": "true", "yes": "true", "Yes": "true", "YES": "true", "on": "true", "On": "true", "ON": "true",
	"0": "false", "f": "false", "F": "false", "False": "false", "FALSE": "false",
	"n": "false", "N": "false", "no": "false", "No": "false", "NO": "false", "off": "false", "Off": "false", "OFF": "false",
}

// comparisonSettings say what is compared with what.
func comparisonSettings() []Setting {
	return []Setting{
		{Key: "oldBranch", Aliases: []string{"base", "stableBranch"}, Flag: "base", Env: "GOAT_BASE", Type: String,
			Unset: "chosen: for a pull request what it is to be merged into, on a version tag the version before it, on a branch the default branch, on the default branch the newest version tag before HEAD",
			Older: map[string]string{".": "HEAD"},
			Doc:   "The base to compare with: a commit, tag or branch in any of git's spellings (`v1.4.0`, `origin/main`, `@{u}`, `HEAD~3`, `main@{yesterday}`, `:/text`), `HEAD` (only what is not committed), or `INIT` (everything is new).",
			field: func(c *Config) any { return &c.Base }},
		{Key: "newBranch", Aliases: []string{"publishBranch"}, Type: String, Default: "HEAD",
			Older: map[string]string{".": "HEAD", "": "HEAD"},
			Doc:   "Kept for GOAT files. The new side is always the work tree as the compiler reads it, so this must be `HEAD` or a name of the commit that HEAD is.",
			field: func(c *Config) any { return &c.NewBranch }},
		{Key: "baseMode", Flag: "mode", Env: "GOAT_BASE_MODE", Type: String, Default: "auto",
			Allowed: []string{"auto", "direct", "mergeBase", "require"},
			Doc:     "Which tree is the old side. `auto`: the merge base when the base is a branch, the base itself when it is a tag or commit. `direct`: the base itself. `mergeBase`: the merge base of the base and HEAD. `require`: the base itself, which must be an ancestor of HEAD.",
			field:   func(c *Config) any { return &c.BaseMode }},
		{Key: "diffPrecision", Flag: "precision", Env: "GOAT_PRECISION", Type: Integer, Default: "1", Min: 1, Max: 3,
			Doc:   "How changed lines are found. `1`: as `2`, and code that moved does not count as changed; code that was copied does. `2`: git diff with renames. `3`: git diff without renames, a renamed file is new.",
			field: func(c *Config) any { return &c.Precision }},
		{Key: "patchfile", Flag: "patchfile", Env: "GOAT_PATCHFILE", Type: Path,
			Doc:   "A unified diff from the base to the work tree, used in place of a base. Git is not needed.",
			field: func(c *Config) any { return &c.Patchfile }},
		{Key: "index", Flag: "index", Env: "GOAT_INDEX", Type: Path,
			Doc:   "A file written by `goat index` where git is, used where it is not (Docker, Bazel, ko).",
			field: func(c *Config) any { return &c.Index }},
		{Key: "ignores", Flag: "ignores", Env: "GOAT_IGNORES", Type: List, check: checkIgnore,
			Doc:   "Files and directories without tracking points. A plain path is exact, from the module's root; a directory stands for all below it. A glob with a slash is matched from the module's root, `**` stands for any number of directories. A glob without a slash matches the name of a file or directory anywhere. `internal/foo` does not ignore `internal/foobar.go`. Files that git ignores have no points anyway, unless the base is `INIT`.",
			field: func(c *Config) any { return &c.Ignores }},
		{Key: "generated", Type: Boolean, Default: "false",
			Doc:   "Whether files with a `// Code generated … DO NOT EDIT.` line get points.",
			field: func(c *Config) any { return &c.Generated }},
		{Key: "modules", Flag: "modules", Env: "GOAT_MODULES", Type: String, Default: ModulesOff,
			Allowed: []string{ModulesOff, ModulesRaised, ModulesAll}, Older: booleanWords,
			Doc:   "Whether code of required modules gets points. `true`: what a changed version in go.mod brought in, by the diff of the two versions. `all`: new modules too, all of their code is new. `ignores` then names their files with the module's path in front (`example.com/lib/gen`).",
			field: func(c *Config) any { return &c.Modules }},
		{Key: "skipNestedModules", Type: Boolean, Default: "true",
			Doc:   "Whether modules in directories below a module are left out. A module of the workspace (go.work) is never nested in this sense.",
			field: func(c *Config) any { return &c.SkipNestedModules }},
		{Key: "threads", Type: Integer, Unset: "the number of usable CPUs",
			Doc:   "How many git processes run at once; `0` is the number of usable CPUs.",
			field: func(c *Config) any { return &c.Threads }},
	}
}

// pointSettings say which points there are and what a hit leaves.
func pointSettings() []Setting {
	return []Setting{
		{Key: "granularity", Flag: "granularity", Env: "GOAT_GRANULARITY", Type: String, Default: "patch",
			Allowed: []string{"line", "patch", "scope", "func"}, Older: map[string]string{"block": "patch"},
			Doc:   "What one tracking point stands for: each changed `line`, each `patch` (run of changed statements in one block), each `scope` (innermost block that holds a change), each `func` that holds one. Branches of a changed header and functions with a changed signature have points besides. GOAT's older `block` means `patch`.",
			field: func(c *Config) any { return &c.Granularity }},
		{Key: "dataType", Flag: "dataType", Env: "GOAT_DATA_TYPE", Type: String, Default: "bool",
			Allowed: []string{"bool", "count"}, Older: map[string]string{"truth": "bool", "average": "count"},
			Doc:   "What a point keeps: `bool` whether it was hit, `count` how often. GOAT's `truth` means `bool`; GOAT's `average` is read as `count`.",
			field: func(c *Config) any { return &c.DataType }},
		{Key: "trace", Flag: "trace-scope", Env: "GOAT_TRACE_SCOPE", Type: Scopes, Unset: "`off`",
			Doc:   "Which functions are built so that their steps can be recorded: `off`, `changed` (functions that hold a tracking point, without tiny ones, which the compiler inlines; `changed,inlined` with them), or package patterns (`./internal/...`, `example.com/app/...`). In the file it may also be a map: `scope`; `values`, whether the values of variables are recorded (GOAT_TRACE_VALUES); `redact`, words in the names and types of what is never recorded, besides those that always count; `on`, `start` or `first-hit` (GOAT_TRACE); the limits `steps`, `bytes`, `for`, `every`, `rounds`, `depth` and `rate` (GOAT_TRACE_STEPS and so on); `policy`, `block` or `drop` (GOAT_TRACE_POLICY). See docs/tracing.md.",
			field: func(c *Config) any { return &c.Trace }},
	}
}

// binarySettings say what a built binary reports, and how.
func binarySettings() []Setting {
	return []Setting{
		{Key: "appName", Flag: "appName", Env: "GOAT_APP_NAME", Type: String, Unset: "the last element of the main package's import path",
			Doc:   "The application's name in /track and in `goat_build_info`.",
			field: func(c *Config) any { return &c.AppName }},
		{Key: "appVersion", Flag: "appVersion", Env: "GOAT_APP_VERSION", Type: String, Unset: "the main module's version from the build info",
			Doc:   "The application's version in /track and in `goat_build_info`.",
			field: func(c *Config) any { return &c.AppVersion }},
		{Key: "mainEntries", Flag: "mainEntries", Env: "GOAT_MAIN_ENTRIES", Type: List, Default: "*", check: checkMainEntry,
			Doc:   "Which main packages serve their points: `*` for all, import paths, directories from the module's root (`cmd/server`), patterns with `...` or `*`. An item may hold several, separated by commas.",
			field: func(c *Config) any { return &c.MainEntries }},
		{Key: "serve", Flag: "serve", Env: "GOAT_SERVE", Type: String, Default: "http", Allowed: []string{"http", "file", "off"},
			Doc:   "How a binary tells its hits. `http`: it serves /metrics and /track. With GOAT_DIR it also writes them there. `file`: it only writes them to GOAT_DIR, net/http is not linked. `off`: neither.",
			field: func(c *Config) any { return &c.Serve }},
		{Key: "hub", Flag: "hub", Env: "GOAT_HUB_LINK", Type: Boolean, Default: "false",
			Doc:   "Whether a binary with `serve: file` or `serve: off` has what it takes to report to a hub (GOAT_HUB), which is net/http. With `serve: http` it always has. Without it such a binary leaves in GOAT_DIR what `goat-hub import` hands in.",
			field: func(c *Config) any { return &c.Hub }},
		{Key: "flush", Type: Duration, Unset: "`2s` with `serve: http`, `0` with `serve: file`", check: checkFlush,
			Doc:   "How often the binary writes its file in GOAT_DIR while it runs, if something has changed: `2s`, at least `100ms`, or `0` for only at its end. A program that crashes or is killed loses no more than that. With `serve: file` a value above 0 keeps the Go runtime from telling a program that all of its goroutines are blocked. GOAT_FLUSH in the binary's environment wins.",
			field: func(c *Config) any { return &c.Flush }},
		{Key: "hits", Flag: "hits", Env: "GOAT_HITS", Type: String, Unset: "no series per point", Allowed: []string{"", "point"},
			Doc:   "`point` adds a series for each point to /metrics.",
			field: func(c *Config) any { return &c.Hits }},
		{Key: "components", Type: Map, check: checkComponent,
			Doc:   "Named parts of a binary besides its main package: a name and the package patterns (import paths, `...` allowed) whose points belong to it. Names are asked for in /track?component=NAME.",
			field: func(c *Config) any { return &c.Components }},
		{Key: "gate", Type: List, Unset: "all of it must have run", check: checkGateRule,
			Doc:   "Rules of `goat gate`: how many percent of the changed code must have run. `80` is about all of it; `95 package example.com/app/...`, `90 owner @team`, `50 component worker` and `0 kind error` are about a part; `age 24h` and `pods 3` are about the release. The build does not read it.",
			field: func(c *Config) any { return &c.Gate }},
		{Key: "adaptors", Type: List, Allowed: []string{"victoria", "prometheus"},
			Doc:   "Metric libraries whose own /metrics page also carries goat's series: `victoria` (VictoriaMetrics/metrics), `prometheus` (client_golang). Reserved: read and checked, without effect in this version.",
			field: func(c *Config) any { return &c.Adaptors }},
	}
}

// buildSettings are about goat's tools.
func buildSettings() []Setting {
	return []Setting{
		{Key: "verbose", Type: Boolean, Default: "false",
			Doc:   "Whether goat-vet says more on standard error.",
			field: func(c *Config) any { return &c.Verbose }},
		{Flag: "config", Env: "GOAT_CONFIG", Type: Path, Unset: "goat.yaml in the directory of the build or in one above it",
			Doc: "The configuration file. It must exist."},
		{Env: "GOAT_STRICT", Type: Boolean, Default: "false",
			Doc:   "Makes what goat cannot do (no repository, an unreadable file) an error. Otherwise the build goes on without points.",
			field: func(c *Config) any { return &c.Strict }},
		{Env: "GOAT_LOG", Type: Path, Doc: "A file to which goat-exec appends what it does.",
			field: func(c *Config) any { return &c.Log }},
		{Env: "GOAT_KEEP", Type: Path, Doc: "A directory in which goat-exec keeps the rewritten files.",
			field: func(c *Config) any { return &c.Keep }},
		{Env: "GOAT_CACHE", Type: Path, Unset: "goat in the user's cache directory",
			Doc: "The directory in which goat keeps line sets between runs. It may be deleted at any time. It must be yours alone, with mode 0700: see docs/security.md."},
		{Env: "GOAT_BUILDFLAGS", Type: String, Unset: "read from the go command's own command line",
			Doc: "The build flags with which goat-exec resolves its runtime, where the go command's command line cannot be read, or is not the one that counts."},
	}
}

// runTimeSettings are variables of the built binary's environment.
func runTimeSettings() []Setting {
	return []Setting{
		{Env: "GOAT", Type: Boolean, Default: "true", RunTime: true, Doc: "`off`, `0`, `false` or `no` turns goat's runtime off: the binary serves and writes nothing, and its points are not counted. Hits cost what they always cost. What is neither on nor off is said once, and the runtime stays on."},
		{Env: "GOAT_COMMIT", Type: String, RunTime: true, Unset: "the revision that the go command has stamped", Doc: "The commit in /track and in `goat_build_info`, for binaries that were built where git is not (Docker, `-buildvcs=false`)."},
		{Env: "GOAT_APP_VERSION", Type: String, RunTime: true, Unset: "what the binary was built with", Doc: "The application's version in /track and in `goat_build_info`."},
		{Env: "GOAT_PORT", Type: Integer, Default: "57005", Max: 65535, RunTime: true, Doc: "The port on which the binary serves; `0` picks a free one."},
		{Env: "GOAT_METRICS_IP", Type: String, Default: "127.0.0.1", RunTime: true, Doc: "The address on which the binary serves, IPv4 or IPv6. Pods set `0.0.0.0`."},
		{Env: "GOAT_PORT_FILE", Type: Path, RunTime: true, Doc: "A file to which the binary writes the host:port on which it serves. So do programs that it starts with the same variables, if they serve: with port `0` they do."},
		{Env: "GOAT_TOKEN", Type: String, RunTime: true, Unset: "/track is open", Doc: "The token that /track asks for. Blanks and ends of lines around it do not count."},
		{Env: "GOAT_HOSTS", Type: String, RunTime: true, Unset: "addresses and the names of the loopback (`localhost`)", Doc: "Host names, separated by commas, by which clients may also ask for /track: a request for another name is refused, since a web page can make its own name point to the binary (DNS rebinding). Addresses always pass, and /metrics takes any name."},
		{Env: "GOAT_CPU", Type: Integer, Default: "10", Min: 1, Max: 100, RunTime: true, Doc: "How much of one core, in percent, the binary uses for its answers on average. Beyond it, it answers 503 with Retry-After. Half of it is kept for /metrics."},
		{Env: "GOAT_DIR", Type: Path, RunTime: true, Doc: "A directory to which the binary writes its hits, in /track's format: one file a process, which is replaced as a whole. It is made when it is not there. A relative one is relative to the directory that the program is started in; under `goat test` it is the go command's, not each package's."},
		{Env: "GOAT_FLUSH", Type: Duration, RunTime: true, Unset: "`flush` of goat.yaml", Doc: "How often the file in GOAT_DIR is written while the program runs, if something has changed; at least `100ms`, or `0` for only at the end."},
		{Env: "GOAT_TRACE", Type: String, Allowed: []string{"start", "first-hit", "count", "off"}, RunTime: true, Unset: "`on` of goat.yaml's `trace`, else `start` where GOAT_TRACE_DIR is set, else `off`", Doc: "What a binary that was built with `trace` records by itself: all from its start; with `count`, how much that would be; what a point's first hit was, and how it came there; nothing, until `/trace/start` is asked for."},
		{Env: "GOAT_TRACE_DIR", Type: Path, RunTime: true, Unset: "the hub of GOAT_HUB, else `trace` in GOAT_DIR", Doc: "The directory to which the binary writes what it records, in a folder for each run."},
		{Env: "GOAT_TRACE_VALUES", Type: Boolean, RunTime: true, Unset: "`values` of goat.yaml's `trace`, else off", Doc: "Whether the values of variables are recorded, too."},
		{Env: "GOAT_TRACE_STEPS", Type: Integer, RunTime: true, Unset: "`steps` of goat.yaml's `trace`, else none; 2000 for a first hit", Doc: "The number of steps at which a recording ends; `0` for none."},
		{Env: "GOAT_TRACE_BYTES", Type: Integer, RunTime: true, Unset: "`bytes` of goat.yaml's `trace`, else 1 GiB from the start and 64 MiB on request", Doc: "The number of bytes at which a recording ends; `0` for none."},
		{Env: "GOAT_TRACE_FOR", Type: Duration, RunTime: true, Unset: "`for` of goat.yaml's `trace`, else none from the start and 10s on request", Doc: "The time after which a recording ends; `0` for none."},
		{Env: "GOAT_TRACE_EVERY", Type: Integer, RunTime: true, Unset: "`every` of goat.yaml's `trace`, else all", Doc: "Of so many outermost calls, such as requests, one is recorded; `0` for all."},
		{Env: "GOAT_TRACE_ROUNDS", Type: Integer, RunTime: true, Unset: "`rounds` of goat.yaml's `trace`, else all from the start and 100 on request", Doc: "Of a loop, the first and the last so many rounds are recorded; `0` for all. The trace says how many steps are left out."},
		{Env: "GOAT_TRACE_DEPTH", Type: Integer, RunTime: true, Unset: "`depth` of goat.yaml's `trace`, else all from the start and 64 on request", Doc: "Calls in so many recorded calls are left out; `0` for none. The trace says how many steps that were."},
		{Env: "GOAT_TRACE_RATE", Type: Integer, RunTime: true, Unset: "`rate` of goat.yaml's `trace`, else none from the start and 8 MiB on request", Doc: "How many bytes a second a recording takes at most; `0` for no limit. The trace says how many steps are left out."},
		{Env: "GOAT_TRACE_POLICY", Type: String, Allowed: []string{"block", "drop"}, RunTime: true, Unset: "`policy` of goat.yaml's `trace`, else `block` from the start and `drop` on request", Doc: "What a goroutine does whose steps cannot be written as fast as it takes them: `block` waits, `drop` leaves a gap in the trace that says how many are missing."},
		{Env: "GOAT_METRICS_COMPAT", Type: Boolean, Default: "false", RunTime: true, Doc: "Whether /metrics also has GOAT's metric names."},
		{Env: "GOAT_HUB", Type: String, RunTime: true, Unset: "the binary reports to nobody", Doc: "The address of the hub that the binary reports to, such as `http://hub:8089`: see docs/hub.md."},
		{Env: "GOAT_HUB_TOKEN", Type: String, RunTime: true, Doc: "The token that the binary, `goat track -hub`, `goat gate -hub`, `goat report -push` and `goat-hub import` send to the hub."},
		{Env: "GOAT_TESTS_NAME", Type: String, RunTime: true, Unset: "the CI job's, or tests", Doc: "The name under which `goat report -push` sends a test run to the hub. The binary does not read it."},
		{Env: "GOAT_TESTS_URL", Type: String, RunTime: true, Unset: "the CI job's", Doc: "The address of the test run, for `goat report -push`. The binary does not read it."},
		{Env: "GOAT_HUB_CA", Type: Path, RunTime: true, Unset: "the system's authorities", Doc: "A PEM file of the certificate authorities that may vouch for the hub, in place of the system's. It is read for each connection."},
		{Env: "GOAT_HUB_CERT", Type: Path, RunTime: true, Doc: "A PEM file with the client certificate for the hub. GOAT_HUB_KEY has its key."},
		{Env: "GOAT_HUB_KEY", Type: Path, RunTime: true, Doc: "A PEM file with the key of GOAT_HUB_CERT."},
		{Env: "GOAT_HUB_WAIT", Type: Duration, Default: "0", RunTime: true, Doc: "How long the binary's end may wait for its last push, `1m` at most. Without it nothing waits. For jobs: the hub shows such a process as a run that ends."},
		{Env: "GOAT_HUB_COUNTERS", Type: Duration, Default: "1m", RunTime: true, Doc: "How often a binary that was built with `-cover -covermode=atomic` looks whether Go's counters have changed, and sends them: `1s` to `1m`."},
		{Env: "GOAT_PUSH_ADDR", Type: String, RunTime: true, Doc: "A further address, host:port, on which the binary answers `GET /push` and nothing else, for a pod's preStop hook: it answers when all is stored at the hub."},
		{Env: "GOAT_CLUSTER", Type: String, RunTime: true, Doc: "The cluster that the binary runs in, for the hub."},
		{Env: "GOAT_POD_UID", Type: String, RunTime: true, Doc: "The UID of the pod that the binary runs in, for the hub."},
	}
}

// needlessSettings are keys of GOAT that mean nothing here, because goat does
// not write into the source tree and its hits are free of races.
func needlessSettings() []Setting {
	return []Setting{
		{Key: "race", Type: Boolean, Default: "false", Needless: true, Doc: "Hits are always race-clean.",
			field: func(c *Config) any { return &c.Race }},
		{Key: "goatPackageName", Type: String, Needless: true, Unset: "goat", check: checkName,
			Doc:   "No package is written into the source tree. `goat diff -markers` gives the one in its patch this name.",
			field: func(c *Config) any { return &c.GoatPackageName }},
		{Key: "goatPackageAlias", Type: String, Needless: true, Unset: "goat", check: checkName,
			Doc:   "No import is written into the source tree. `goat diff -markers` imports its package by this name.",
			field: func(c *Config) any { return &c.GoatPackageAlias }},
		{Key: "goatPackagePath", Type: String, Needless: true, Unset: "goat", check: checkPackagePath,
			Doc:   "No package is written into the source tree. `goat diff -markers` puts the one in its patch into this directory of the module.",
			field: func(c *Config) any { return &c.GoatPackagePath }},
		{Key: "printerConfigMode", Type: List, Needless: true, Unset: "useSpaces, tabIndent",
			Allowed: []string{"none", "", "useSpaces", "tabIndent", "sourcePos", "rawFormat"},
			Doc:     "No file of the source tree is printed. `goat diff -markers` prints its files by this go/printer mode; without one it leaves the rest of a file byte for byte as it is.",
			field:   func(c *Config) any { return &c.PrinterMode }},
		{Key: "printerConfigTabwidth", Type: Integer, Needless: true, Unset: "8",
			Doc:   "No file of the source tree is printed. It belongs to `printerConfigMode`.",
			field: func(c *Config) any { return &c.PrinterTabwidth }},
		{Key: "printerConfigIndent", Type: Integer, Needless: true, Unset: "0",
			Doc:   "No file of the source tree is printed. It belongs to `printerConfigMode`.",
			field: func(c *Config) any { return &c.PrinterIndent }},
	}
}

// checkName rejects what no package can be called.
func checkName(name string) string {
	if name != "" && (!token.IsIdentifier(name) || name == "_") {
		return fmt.Sprintf("%q is no name that a package can have; write for example goat", name)
	}
	return ""
}

// checkPackagePath rejects what leads out of the module, and where the go command
// finds no package.
func checkPackagePath(dir string) string {
	if dir == "" {
		return ""
	}
	if clean := path.Clean(dir); !filepath.IsLocal(filepath.FromSlash(dir)) || clean == "." || strings.ContainsAny(dir, "\\\"` ") {
		return fmt.Sprintf("%q is no directory below the module's root; write for example goat or internal/goat", dir)
	}
	for name := range strings.SplitSeq(path.Clean(dir), "/") {
		if name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			return fmt.Sprintf("%q leads through %s, where the go command finds no packages; write for example internal/goat", dir, name)
		}
	}
	return ""
}

// checkFlush rejects what the runtime would reject.
func checkFlush(text string) string {
	const shortest = 100 * time.Millisecond
	d, err := time.ParseDuration(text)
	if err != nil || d != 0 && d < shortest {
		return fmt.Sprintf("%q is neither 0 nor a duration of at least %v; write for example 2s", text, shortest)
	}
	return ""
}

// checkComponent rejects names that /track?component= cannot contain.
func checkComponent(name string) string {
	switch {
	case name == "":
		return "a component needs a name"
	case strings.ContainsAny(name, ","):
		return fmt.Sprintf("%q holds a comma, which separates names in /track?component=; choose another name", name)
	case strings.Trim(name, "0123456789") == "":
		return fmt.Sprintf("%q is a number, which /track?component= reads as an id; choose another name", name)
	}
	return ""
}
