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

// The kinds, and whose they are.
const (
	Runs      Kind = "runs"      // internal/session: which session a running go command has
	Memo      Kind = "memo"      // internal/session: which session an earlier build had, and its witness
	Sessions  Kind = "sessions"  // internal/session: configuration and line sets; a directory each
	Scratch   Kind = "scratch"   // diffsrc: temporary repositories, where the system has no place for them
	Modules   Kind = "modules"   // diffsrc: the changed lines of two versions of a module
	Closure   Kind = "closure"   // toolexec: which archives the runtime is
	Runtime   Kind = "rt"        // toolexec: the runtime's source; a directory each
	Toolchain Kind = "toolchain" // toolexec: what an unknown Go release can do
	Tools     Kind = "tools"     // toolexec and internal/driver: what tools say of themselves
	Outputs   Kind = "outputs"   // toolexec/internal/outputs: what tools made
)

// lifetime says how long entries of a kind are kept after their last use, and
// how many bytes of them. A size of 0 is no limit: such entries are few and
// small.
type lifetime struct {
	kind Kind
	age  time.Duration
	size int64
}

// lifetimes lists all kinds. A record of a run is of use while its go command
// runs, and so is what a killed process has left; all else can be asked for again by the next build. The standard library
// of one toolchain and one set of flags takes 85 MB of outputs.
func lifetimes() []lifetime {
	const short, long = 48 * time.Hour, 14 * 24 * time.Hour
	return []lifetime{
		{Runs, short, 0}, {Scratch, short, 0},
		{Memo, long, 0}, {Sessions, long, 0}, {Modules, long, 0},
		{Closure, long, 0}, {Runtime, long, 0}, {Toolchain, long, 0}, {Tools, long, 0},
		{Outputs, long, 2 << 30},
	}
}

// expiredMark is the file whose age tells when Expire last did its work.
const expiredMark = "expired"

// isKind reports whether a name in a cache directory is one of goat's.
func isKind(name string) bool {
	return name == expiredMark || slices.ContainsFunc(lifetimes(), func(l lifetime) bool { return string(l.kind) == name })
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
	for _, l := range lifetimes() {
		dir := filepath.Join(d.path, string(l.kind))
		if l.size == 0 {
			removeOlder(dir, l.age)
			continue
		}
		trim(dir, l.age, l.size, time.Now())
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
