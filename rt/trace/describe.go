package trace

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// run is what a reader has to know about a run, in addition to its packages.
type run struct {
	id      RunID
	created time.Time
	main    manifest.Main
	launch  launch
	limits  limits
	ended   time.Time
	end     string // why it has ended
}

// launch says how a recording was begun, and of what.
type launch struct {
	method string // main, test, benchmark, request or first-hit
	class  string // import path of the main package, or of a test function
}

// launchOf returns the launch of a recording that begins with the program. If the
// arguments of a test choose one function by its whole name, the launch is that
// function's.
func launchOf(s Settings, main manifest.Main, args []string) launch {
	how := launch{cmp.Or(s.Launch, "main"), main.Package}
	if how.method != "test" {
		return how
	}
	tested := strings.TrimSuffix(main.Package, ".test")
	how.class = tested
	chosen := ""
	for i, arg := range args[min(1, len(args)):] {
		name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimLeft(arg, "-"), "test."), "=")
		if rest := args[min(1, len(args)):]; !ok && (name == "run" || name == "bench") && i+1 < len(rest) {
			value = rest[i+1]
		}
		switch {
		case name == "bench" && value != "":
			how.method, chosen = "benchmark", value
		case name == "run" && how.method == "test":
			chosen = value
		}
	}
	if name, ok := wholeName(chosen); ok {
		how.class = tested + "." + name
	}
	return how
}

// wholeName returns the function that a pattern of go test names: ^TestRefund$ or
// ^(TestRefund)$.
func wholeName(pattern string) (string, bool) {
	name, ok := strings.CutPrefix(pattern, "^")
	if !ok {
		return "", false
	}
	if name, ok = strings.CutSuffix(name, "$"); !ok {
		return "", false
	}
	if inner, ok := strings.CutPrefix(name, "("); ok {
		name = strings.TrimSuffix(inner, ")")
	}
	for _, c := range name {
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c < 0x80 {
			return "", false
		}
	}
	return name, name != ""
}

type namedLimit struct {
	name string
	n    int64
}

// numbers are the limits as run.json has them.
func (l limits) numbers() []namedLimit {
	return []namedLimit{
		{"limitSteps", l.Steps}, {"limitBytes", l.Bytes}, {"limitSeconds", int64(l.For / time.Second)},
		{"limitRounds", int64(l.Rounds)}, {"limitDepth", int64(l.Depth)}, {"limitRate", l.Rate}, {"every", int64(l.Every)},
	}
}

// json returns the file that describes a run.
func (r run) json(packages []registration) []byte {
	b := []byte("{\n")
	text := func(name, value string) {
		b = rt.AppendJSONString(append(b, "  \""+name+"\": "...), value)
		b = append(b, ",\n"...)
	}
	number := func(name string, n int64) {
		b = strconv.AppendInt(append(b, "  \""+name+"\": "...), n, 10)
		b = append(b, ",\n"...)
	}
	number("version", wire.Version)
	text("runId", r.id.String())
	text("createdAt", r.created.Format(time.RFC3339Nano))
	if !r.ended.IsZero() {
		text("endedAt", r.ended.Format(time.RFC3339Nano))
	}
	text("projectName", cmp.Or(r.main.App, filepath.Base(r.main.Package)))
	text("projectVersion", cmp.Or(os.Getenv("GOAT_APP_VERSION"), r.main.Version))
	text("commit", commit())
	if r.end != "" {
		text("end", r.end)
	}
	text("launchMethod", r.launch.method)
	text("launchClass", r.launch.class)
	text("goVersion", runtime.Version())
	text("system", runtime.GOOS+"/"+runtime.GOARCH)
	host, _ := os.Hostname()
	text("host", host)
	number("pid", int64(os.Getpid()))
	text("policy", r.limits.Policy)
	for _, limit := range r.limits.numbers() {
		if limit.n != 0 {
			number(limit.name, limit.n)
		}
	}
	b = strconv.AppendBool(append(b, "  \"values\": "...), r.limits.Values)
	b = append(b, ",\n  \"packages\": ["...)
	for i, p := range packages {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n    {\"first\": "...)
		b = strconv.AppendUint(b, uint64(p.base), 10)
		b = strconv.AppendUint(append(b, ", \"functions\": "...), uint64(p.functions), 10)
		b = rt.AppendJSONString(append(b, ", \"table\": "...), p.hash)
		b = append(b, '}')
	}
	return append(b, "\n  ]\n}\n"...)
}

// commit returns the revision that the program was built from, "" if it is not
// known.
func commit() string {
	if c := strings.TrimSpace(os.Getenv("GOAT_COMMIT")); c != "" {
		return c
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
