package source

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/store/source/internal/git"
)

// ErrMissing is wrapped by errors about commits that neither the mirror nor the
// repository has.
var ErrMissing = errors.New("the commit is not there")

// commitID matches a full or abbreviated commit id; builds often know ten
// digits.
var commitID = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// Commit returns the full id of a commit, given by at least the first 7
// lower-case digits of its id. If the commit is not in the mirror, it is
// fetched. An error that wraps ErrMissing says that the repository does not
// have it; other errors say why it could not be fetched.
func (m *Mirror) Commit(ctx context.Context, id string) (string, error) {
	if !commitID.MatchString(id) {
		return "", fmt.Errorf("looking for commit %.80q of %s: want 7 to 64 hexadecimal digits", id, m.address)
	}
	full, err := m.lookup(ctx, id)
	if full != "" || err != nil {
		return full, err
	}
	m.mu.Lock()
	missed, ok := m.missed.get(id)
	m.mu.Unlock()
	if ok {
		return "", missed
	}
	return m.fetchCommit(ctx, id)
}

// fetchCommit fetches a commit. Many users of one page do not cause a request
// each.
func (m *Mirror) fetchCommit(ctx context.Context, id string) (string, error) {
	if !m.mayFetch() {
		return "", fmt.Errorf("looking for commit %s: %s was asked for %d other commits within a minute: ask again later", id, m.address, m.options.MissesPerMinute)
	}
	full, err := m.fetchUntil(ctx, id)
	if err != nil && ctx.Err() == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.missed.put(id, err, time.Now().Add(m.options.RetryAfter))
	}
	return full, err
}

// mayFetch limits the number of commits that are fetched per minute, so that
// invented ids do not make the hub flood a server.
func (m *Mirror) mayFetch() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := time.Now(); now.Sub(m.minute) > time.Minute {
		m.minute, m.misses = now, 0
	}
	m.misses++
	return m.misses <= m.options.MissesPerMinute
}

// fetchUntil fetches until the commit exists or cannot be had.
func (m *Mirror) fetchUntil(ctx context.Context, id string) (string, error) {
	for joined := true; joined; { // until a fetch began after the commit was asked for
		var err error
		if joined, err = m.fetch(ctx, format(id)); err != nil {
			return "", err
		}
		if full, err := m.lookup(ctx, id); full != "" || err != nil {
			return full, err
		}
	}
	if err := m.fetchByID(ctx, id); err == nil {
		if full, err := m.lookup(ctx, id); full != "" || err != nil {
			return full, err
		}
	}
	return "", fmt.Errorf("looking for commit %s: %w: no branch or tag of %s holds it: push it there, or name the repository that has it", id, ErrMissing, m.address)
}

// format returns the hash format of an id.
func format(id string) string {
	if len(id) > 40 {
		return "sha256"
	}
	return "sha1"
}

// fetchByID fetches a commit that no branch contains any more, after a force
// push or the end of a pull request. Many servers still deliver those. A ref
// keeps the commit known to later fetches.
func (m *Mirror) fetchByID(ctx context.Context, id string) error {
	if len(id) != 40 && len(id) != 64 {
		return fmt.Errorf("fetching commit %s: its id is not whole", id)
	}
	ctx, cancel := context.WithTimeout(ctx, m.options.FetchTimeout)
	defer cancel()
	return m.fetchNow(ctx, format(id), []string{id + ":refs/goat/" + id})
}

// lookup finds a commit in the mirror; it returns "" if there is none. Branch
// names that look like ids do not count.
func (m *Mirror) lookup(ctx context.Context, id string) (string, error) {
	if !m.exists() {
		return "", nil
	}
	candidates := id + "\n"
	if len(id) != 40 && len(id) != 64 {
		out, err := m.read(ctx, "", "rev-parse", "--disambiguate="+id)
		if err != nil {
			return "", fmt.Errorf("looking for commit %s in the mirror of %s: %w", id, m.address, err)
		}
		candidates = string(out)
	}
	if candidates == "" {
		return "", nil
	}
	out, err := m.read(ctx, candidates, "cat-file", "--batch-check")
	if err != nil {
		return "", fmt.Errorf("looking for commit %s in the mirror of %s: %w", id, m.address, err)
	}
	var commits []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[1] == "commit" {
			commits = append(commits, fields[0])
		}
	}
	if len(commits) > 1 {
		return "", fmt.Errorf("looking for commit %s of %s: %d commits begin so: give more digits", id, m.address, len(commits))
	}
	return strings.Join(commits, ""), nil
}

// MergeBase returns the best common ancestor of two commits, given by their
// full ids, or "" if they have none. It never changes, so it is cached by the
// two ids.
func (m *Mirror) MergeBase(ctx context.Context, a, b string) (string, error) {
	key := [2]string{min(a, b), max(a, b)}
	m.mu.Lock()
	known, ok := m.bases.get(key)
	m.mu.Unlock()
	if ok {
		return known, nil
	}
	for _, id := range key {
		if full, err := m.Commit(ctx, id); err != nil {
			return "", err
		} else if full != id {
			return "", fmt.Errorf("looking for the merge base of %s and %s: want full ids", a, b)
		}
	}
	out, err := m.read(ctx, "", "merge-base", key[0], key[1])
	if err != nil && exitCode(err) != 1 {
		return "", fmt.Errorf("looking for the merge base of %s and %s: %w", a, b, err)
	}
	found := strings.TrimSpace(string(out))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bases.put(key, found, time.Time{})
	return found, nil
}

// exitCode returns the exit code of a git that ran, otherwise 0.
func exitCode(err error) int {
	var failed *git.Error
	if errors.As(err, &failed) {
		return failed.ExitCode()
	}
	return 0
}

// Head returns the commit that a branch or tag names now, after a fetch. name
// is the name of a branch or tag, such as "main" or "v1.2.0"; a branch wins.
func (m *Mirror) Head(ctx context.Context, name string) (string, error) {
	if err := m.checkHead(name); err != nil {
		return "", err
	}
	for {
		joined, err := m.fetch(ctx, "sha1")
		if err != nil {
			return "", err
		}
		if !joined {
			break
		}
	}
	return m.LastHead(ctx, name)
}

// LastHead returns the commit that a branch or tag named at the last fetch.
func (m *Mirror) LastHead(ctx context.Context, name string) (string, error) {
	if err := m.checkHead(name); err != nil {
		return "", err
	}
	if !m.exists() {
		return "", fmt.Errorf("looking for branch %s: %w: %s has not been fetched", name, ErrMissing, m.address)
	}
	for _, prefix := range []string{"refs/heads/", "refs/tags/"} {
		out, err := m.read(ctx, "", "rev-parse", "--verify", "--quiet", "--end-of-options", prefix+name+"^{commit}")
		if err == nil {
			return strings.TrimSpace(string(out)), nil
		}
		if exitCode(err) != 1 {
			return "", fmt.Errorf("looking for branch %s of %s: %w", name, m.address, err)
		}
	}
	return "", fmt.Errorf("looking for branch %s: %w: %s has no branch or tag of that name: look at its spelling", name, ErrMissing, m.address)
}

func (m *Mirror) checkHead(name string) error {
	if name == "" || strings.ContainsAny(name, "\n\x00 ^:~?*[\\@") || strings.HasPrefix(name, "-") || strings.Contains(name, "..") {
		return fmt.Errorf("looking for branch %.80q of %s: this is no name of a branch or tag", name, m.address)
	}
	return nil
}
