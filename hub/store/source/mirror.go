package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/goat-trace/goat/hub/store/source/internal/git"
)

// Mirror is a bare mirror of one repository. It is safe for concurrent use,
// also by several processes.
type Mirror struct {
	dir     string
	address string
	options Options
	token   token
	fetches chan struct{} // holds one for each running fetch of all mirrors
	git     git.Git       // for reading

	mu      sync.Mutex
	running *running            // the running fetch, or nil
	missed  *lru[string, error] // commits that were not found, with the reason
	misses  int                 // number of commits fetched for since minute
	minute  time.Time
	bases   *lru[[2]string, string] // merge bases by the two commits; "" for none
	layouts *lru[string, *layout]   // by commit
}

// running is a running fetch that others may wait for.
type running struct {
	done chan struct{} // closed when err is set
	err  error
}

func newMirror(dir, address string, o Options, fetches chan struct{}) *Mirror {
	return &Mirror{dir: dir, address: address, options: o, fetches: fetches, git: git.Reader(o.Environ, dir),
		missed: newLRU[string, error](1024), bases: newLRU[[2]string, string](4096), layouts: newLRU[string, *layout](32)}
}

// Address returns the repository's address.
func (m *Mirror) Address() string { return m.address }

// read runs a git command that only reads.
func (m *Mirror) read(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	ctx, cancel := m.readTime(ctx)
	defer cancel()
	return m.git.Run(ctx, stdin, args...)
}

func (m *Mirror) readTime(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, m.options.ReadTimeout, fmt.Errorf("it took more than %v", m.options.ReadTimeout))
}

// exists reports whether the repository was created yet.
func (m *Mirror) exists() bool {
	_, err := os.Stat(filepath.Join(m.dir, "config"))
	return err == nil
}

// config returns the mirror's whole configuration. Packs are kept as they
// arrive, which limits the number of files.
func (m *Mirror) config(format string) string {
	var b strings.Builder
	if format == "sha1" {
		b.WriteString("[core]\n\trepositoryFormatVersion = 0\n")
	} else {
		fmt.Fprintf(&b, "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = %s\n[core]\n", format)
	}
	b.WriteString("\tbare = true\n\tlogAllRefUpdates = false\n")
	b.WriteString("[fetch]\n\tunpackLimit = 1\n\twriteCommitGraph = true\n\trecurseSubmodules = false\n")
	fmt.Fprintf(&b, "[remote \"origin\"]\n\turl = %s\n", configValue(m.address))
	return b.String()
}

// configValue quotes a value, which must not contain control characters.
func configValue(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// prepare makes the directory a repository, or updates its address. It does not
// run `git init`, which would copy the system's template with its hooks.
func (m *Mirror) prepare(format string) error {
	for _, dir := range []string{"objects/info", "objects/pack", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(m.dir, filepath.FromSlash(dir)), 0o700); err != nil {
			return err
		}
	}
	if was, err := os.ReadFile(filepath.Join(m.dir, "config")); err == nil && strings.Contains(string(was), "objectFormat = sha256") {
		format = "sha256"
	}
	for _, f := range [][2]string{{"HEAD", "ref: refs/heads/none\n"}, {"config", m.config(format)}} {
		if err := writeWhole(filepath.Join(m.dir, f[0]), f[1]); err != nil {
			return err
		}
	}
	return nil
}

// writeWhole writes a file atomically.
func writeWhole(name, text string) error {
	if was, err := os.ReadFile(name); err == nil && string(was) == text {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// lock keeps other processes from fetching into the mirror.
func (m *Mirror) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return nil, err
	}
	type result struct {
		unlock func()
		err    error
	}
	got := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(filepath.Join(m.dir, "goat.lock")).Lock()
		got <- result{unlock, err}
	}()
	select {
	case r := <-got:
		return r.unlock, r.err
	case <-ctx.Done():
		go func() {
			if r := <-got; r.err == nil {
				r.unlock()
			}
		}()
		return nil, context.Cause(ctx)
	}
}

// sweep removes what a killed fetch left behind. The caller must hold the lock.
func (m *Mirror) sweep() {
	_ = filepath.WalkDir(m.dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		base := filepath.Base(name)
		if strings.HasSuffix(base, ".lock") && base != "goat.lock" || strings.HasPrefix(base, "tmp_") {
			os.Remove(name) //nolint:gosec // only hubs write there
		}
		return nil
	})
}
