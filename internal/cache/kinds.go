package cache

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Kind is what an entry is. Each kind has a folder of its own, which has the
// kind's name.
type Kind string

// The kinds. All says what each one is.
const (
	Runs      Kind = "runs"
	Memo      Kind = "memo"
	Sessions  Kind = "sessions"
	Pairs     Kind = "pairs"
	Scratch   Kind = "scratch"
	Modules   Kind = "modules"
	Closure   Kind = "closure"
	Runtime   Kind = "rt"
	Toolchain Kind = "toolchain"
	Tools     Kind = "tools"
	Wrappers  Kind = "wrappers"
	Outputs   Kind = "outputs"
	TestHits  Kind = "testhits"
	Traces    Kind = "traces"
)

// Contents says what is kept of a kind.
type Contents struct {
	Kind  Kind
	Owner string        // the package that opens the folder, by its directory; no other does
	Holds string        // what an entry is
	Age   time.Duration // how long it is kept after its last use
	Size  int64         // how many bytes of the kind are kept; 0: no limit, entries are few and small
}

// All lists what goat keeps in its cache directory. docs/troubleshooting.md has
// the same table.
//
// A record of a run is of use while its go command runs, and so is what a killed
// process has left. The rest can be asked for again by the next build. The
// standard library of one toolchain and one set of flags takes 85 MB of outputs.
func All() []Contents {
	const short, long = 2 * day, 14 * day
	return []Contents{
		{Runs, "internal/session", "which session a running go command has", short, 0},
		{Memo, "internal/session", "which session an earlier build had, and what tells that it still holds", long, 0},
		{Sessions, "internal/session", "configuration and line sets of a build; a directory each", long, 0},
		{Pairs, "internal/session", "for diffsrc: what differs between the two states of a build's changed files", long, 1 << 30},
		{Scratch, "internal/session", "for diffsrc: temporary repositories, where the system has no place for them", short, 0},
		{Modules, "internal/session", "for diffsrc: changed lines between two versions of a module", long, 0},
		{Closure, "toolexec/internal/closure", "which archives the runtime is, for a toolchain and its flags", long, 0},
		{Runtime, "toolexec/internal/closure", "the runtime's source; a directory each", long, 0},
		{Toolchain, "toolexec/internal/trial", "what an unknown Go release can do", long, 0},
		{Tools, "toolexec/internal/gotool", "what tools say of themselves", long, 0},
		{Wrappers, "internal/driver", "what a goat-exec says of itself", long, 0},
		{TestHits, "internal/driver", "hits of tests whose results the go command keeps; a directory each", long, 0},
		{Traces, "internal/cli", "runs of goat trace run and test that name no directory; a directory each", long, 0},
		{Outputs, "toolexec/internal/outputs", "what compiler, assembler and cgo made", long, 2 << 30},
	}
}

const day = 24 * time.Hour

// expiredMark is the file whose age tells when Expire last did its work.
const expiredMark = "expired"

// isKind reports whether a name in a cache directory is one of goat's.
func isKind(name string) bool {
	return name == expiredMark || slices.ContainsFunc(All(), func(c Contents) bool { return string(c.Kind) == name })
}

// Expire removes what is too old or too much, at most once an hour. Errors do
// not matter: the next build tries again.
func (d Dir) Expire() {
	mark := filepath.Join(d.path, expiredMark)
	if info, err := os.Stat(mark); err == nil && time.Since(info.ModTime()) < time.Hour {
		return
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return
	}
	for _, c := range All() {
		dir := filepath.Join(d.path, string(c.Kind))
		if c.Size == 0 {
			removeOlder(dir, c.Age)
			continue
		}
		trim(dir, c.Age, c.Size, time.Now())
	}
}

// removeOlder removes the entries of a directory that have not been used for
// longer than age.
func removeOlder(dir string, age time.Duration) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > age {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}
