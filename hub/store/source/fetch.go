package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/store/source/internal/git"
)

// refspecs fetch all branches and tags. A branch that was deleted leaves only
// its name behind.
var refspecs = []string{"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}

// fetch fetches the repository's current branches and tags. If a fetch is
// running, a caller waits for it, and joined is true. That fetch may have begun
// before the caller's commit existed, so the caller should check and may call
// again. A fetch goes on if its first caller leaves, because others may need it
// and its time is limited.
func (m *Mirror) fetch(ctx context.Context, format string) (joined bool, err error) {
	m.mu.Lock()
	f := m.running
	joined = f != nil
	if f == nil {
		f = &running{done: make(chan struct{})}
		m.running = f
		go m.finish(f, func(ctx context.Context) error { return m.fetchNow(ctx, format, refspecs) }) //nolint:gosec // it outlives its first caller
	}
	m.mu.Unlock()
	select {
	case <-f.done:
		return joined, f.err
	case <-ctx.Done():
		return joined, fmt.Errorf("fetching %s: %w: the fetch goes on, ask again later", m.address, context.Cause(ctx))
	}
}

// finish runs a fetch to its end.
func (m *Mirror) finish(f *running, do func(context.Context) error) {
	o := m.options
	ctx, cancel := context.WithTimeoutCause(context.Background(), o.FetchTimeout, fmt.Errorf("it took more than %v", o.FetchTimeout))
	defer cancel()
	f.err = do(ctx)
	m.mu.Lock()
	m.running = nil
	m.mu.Unlock()
	close(f.done)
}

// fetchNow fetches refspecs, one fetch at a time for each mirror, also across
// processes.
func (m *Mirror) fetchNow(ctx context.Context, format string, specs []string) error {
	select {
	case m.fetches <- struct{}{}:
		defer func() { <-m.fetches }()
	case <-ctx.Done():
		return fmt.Errorf("fetching %s: waiting for other fetches: %w", m.address, context.Cause(ctx))
	}
	unlock, err := m.lock(ctx)
	if err != nil {
		return fmt.Errorf("fetching %s: locking its mirror: %w", m.address, err)
	}
	defer unlock()
	if err := m.prepare(format); err != nil {
		return fmt.Errorf("fetching %s: preparing its mirror: %w", m.address, err)
	}
	m.sweep()
	start := time.Now()
	err = m.runFetch(ctx, specs)
	log := m.options.Log.With("repository", m.address, "took", time.Since(start).Round(time.Millisecond))
	if err != nil {
		log.Warn("fetching a repository failed", "error", err)
		return fmt.Errorf("fetching %s: %w", m.address, err)
	}
	log.Info("fetched a repository")
	if err := m.repack(ctx); err != nil {
		log.Warn("joining the packs of a mirror failed", "error", err)
	}
	return nil
}

// repack joins many packs, which would make reading slow, into one. It keeps
// commits that no branch contains any more, because a running release may need
// them. Concurrent readers look again if an object has moved.
func (m *Mirror) repack(ctx context.Context) error {
	entries, err := os.ReadDir(filepath.Join(m.dir, "objects", "pack"))
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return filepath.Ext(e.Name()) != ".pack" })
	if len(entries) <= m.options.Packs {
		return nil
	}
	_, err = m.git.Run(ctx, "", "-c", "pack.threads=1", "repack", "-q", "-a", "-d", "--keep-unreachable", "--no-write-bitmap-index")
	return err
}

// runFetch runs git fetch, and stops it if the mirror gets too large.
func (m *Mirror) runFetch(ctx context.Context, specs []string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	g := git.Fetcher(ctx, m.options.Environ, m.dir)
	if err := m.checkRewritten(ctx, g); err != nil {
		return err
	}
	go m.watchSize(ctx, cancel)
	_, err := g.Run(ctx, "", slices.Concat(m.token.settings(), []string{"fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head",
		"--no-auto-maintenance", "--recurse-submodules=no", "origin"}, specs)...)
	if failed := (*git.Error)(nil); errors.As(err, &failed) {
		failed.Reason = m.token.hide(failed.Reason)
		return fmt.Errorf("%w: %s", failed, m.token.advice(failed.Reason))
	}
	if err != nil {
		return err
	}
	return m.checkSize()
}

// checkRewritten checks the address after the user's url.*.insteadOf, because a
// password in it would be on a command line.
func (m *Mirror) checkRewritten(ctx context.Context, g git.Git) error {
	out, err := g.Run(ctx, "", "ls-remote", "--get-url", "origin")
	if err != nil {
		return err
	}
	if rewritten := strings.TrimSpace(string(out)); rewritten != m.address {
		if err := checkAddress(rewritten); err != nil {
			return fmt.Errorf("after url.*.insteadOf of the hub's user: %w", err)
		}
	}
	return nil
}

// watchSize stops a fetch that makes the mirror too large.
func (m *Mirror) watchSize(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := m.checkSize(); err != nil {
				cancel(err)
				return
			}
		}
	}
}

func (m *Mirror) checkSize() error {
	size, most := m.size(), m.options.MirrorBytes
	if size <= most {
		return nil
	}
	return fmt.Errorf("the mirror has grown to %d KB, at most %d are allowed: raise the limit, or take this repository from the hub", size>>10, most>>10)
}

// size returns the size of the mirror's objects on disk.
func (m *Mirror) size() (sum int64) {
	_ = filepath.WalkDir(filepath.Join(m.dir, "objects"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil
	})
	return sum
}
