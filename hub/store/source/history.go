package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CommitInfo is what a commit says of itself. Whoever made the commit wrote the
// texts, so they can hold anything.
type CommitInfo struct {
	ID      string
	Subject string // first line of the message, cut to 200 bytes
	Author  string // name, cut to 100 bytes
	At      time.Time
}

// Limits of a history.
const (
	maxHistory = 5000 // commits between base and head that are looked at one by one
	maxSubject = 200
	maxAuthor  = 100
)

// History says which commits changed the files of a tree since a base. It is safe
// for concurrent use.
type History struct {
	tree    *Tree
	base    string                 // full id; "" for none
	commits map[string]*CommitInfo // those since the base, by full id
	changes map[string][]touch     // by path; nil if there are too many commits
}

// touch is what a commit did to a file, as git's name-status says it.
type touch struct {
	commit *CommitInfo
	status string
}

// History returns the commits of a tree since a base, given by its full id. Without
// a base every commit counts, and Lines asks git about each file.
func (t *Tree) History(ctx context.Context, base string) (*History, error) {
	h := &History{tree: t, commits: map[string]*CommitInfo{}}
	if base == "" {
		return h, nil
	}
	full, err := t.mirror.Commit(ctx, base)
	if err != nil {
		return nil, err
	}
	h.base = full
	// --diff-merges=combined lists of a merge only what it changed itself.
	out, err := t.mirror.read(ctx, "", "log", "--no-show-signature", "--no-notes", "--no-mailmap", "--diff-merges=combined", "-r", "--name-status", "--find-renames=50%", "-l2000", "--no-ext-diff", "--no-textconv",
		"--max-count="+strconv.Itoa(maxHistory+1), "--format=%x01%H%x00%an%x00%ct%x00%s", full+".."+t.commit, "--")
	if err != nil {
		return nil, fmt.Errorf("listing the commits from %.12s to %.12s: %w", full, t.commit, err)
	}
	h.read(string(out))
	return h, nil
}

// read reads git's list: a line for each commit, which begins with \x01, and then a
// line for each of its files.
func (h *History) read(text string) {
	h.changes = map[string][]touch{}
	var commit *CommitInfo
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "\x01"); ok {
			fields := strings.SplitN(rest, "\x00", 4)
			if len(fields) != 4 {
				continue
			}
			commit = newCommitInfo(fields[0], fields[1], fields[2], fields[3])
			h.commits[commit.ID] = commit
			continue
		}
		status, names, ok := strings.Cut(line, "\t")
		if !ok || commit == nil {
			continue
		}
		for name := range strings.SplitSeq(names, "\t") {
			if plain, err := strconv.Unquote(name); err == nil && strings.HasPrefix(name, `"`) {
				name = plain
			}
			h.changes[name] = append(h.changes[name], touch{commit, status})
		}
	}
	if len(h.commits) > maxHistory {
		h.changes = nil
	}
}

func newCommitInfo(id, author, seconds, subject string) *CommitInfo {
	c := &CommitInfo{ID: id, Author: cutText(author, maxAuthor), Subject: cutText(subject, maxSubject)}
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
		c.At = time.Unix(n, 0).UTC()
	}
	return c
}

// cutText makes a text valid and short, without control characters.
func cutText(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// LineCommits says which commit changed which lines of a file.
type LineCommits struct {
	whole *CommitInfo // changed all lines since the base
	spans []span      // ascending
}

type span struct {
	first, last int
	commit      *CommitInfo // nil if the line is older than the base
}

// At returns the commit that changed a line since the base, or nil if none did.
func (l *LineCommits) At(line int) *CommitInfo {
	if l == nil {
		return nil
	}
	if l.whole != nil {
		return l.whole
	}
	i, _ := slices.BinarySearchFunc(l.spans, line, func(s span, line int) int { return s.last - line })
	if i < len(l.spans) && l.spans[i].first <= line {
		return l.spans[i].commit
	}
	return nil
}

// Lines returns the commits of a file's lines, by its path in the repository. If
// only one commit has touched the file since the base, all its changed lines are
// that commit's, and git is not asked. LineCommits then names this commit for lines
// that are older, too, so ask only about changed ones.
func (h *History) Lines(ctx context.Context, file string) (*LineCommits, error) {
	if !fs.ValidPath(file) || strings.ContainsAny(file, "\n\x00") {
		return nil, fmt.Errorf("reading the history of %.200q: %w: this is no path of a repository", file, fs.ErrNotExist)
	}
	if list := h.changes[file]; len(list) == 1 && (list[0].status == "A" || list[0].status == "M") {
		return &LineCommits{whole: list[0].commit}, nil
	} else if h.changes != nil && len(list) == 0 {
		return &LineCommits{}, nil
	}
	revision := h.tree.commit
	if h.base != "" {
		revision = h.base + ".." + revision
	}
	out, err := h.tree.mirror.read(ctx, "", "blame", "--incremental", revision, "--", file)
	if err != nil {
		return nil, fmt.Errorf("reading the history of %s at commit %.12s: %w", file, h.tree.commit, err)
	}
	return h.readBlame(string(out))
}

// readBlame reads what git blame --incremental prints: "ID OLD NEW COUNT", facts
// about the commit where it comes first, and "filename …" at the end.
func (h *History) readBlame(text string) (*LineCommits, error) {
	l := &LineCommits{}
	found := map[string]map[string]string{} // facts of commits
	var id string
	var s span
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if id == "" {
			numbers := strings.Fields(value)
			if len(numbers) != 3 {
				return nil, fmt.Errorf("reading the history of a file: %.80q", line)
			}
			first, err1 := strconv.Atoi(numbers[1])
			count, err2 := strconv.Atoi(numbers[2])
			if err := errors.Join(err1, err2); err != nil {
				return nil, fmt.Errorf("reading the history of a file: %.80q: %w", line, err)
			}
			id, s = key, span{first: first, last: first + count - 1}
			if found[id] == nil {
				found[id] = map[string]string{}
			}
			continue
		}
		if key != "filename" {
			found[id][key] = value
			continue
		}
		if _, older := found[id]["boundary"]; !older || h.base == "" {
			if s.commit = h.commits[id]; s.commit == nil {
				facts := found[id]
				s.commit = newCommitInfo(id, facts["author"], facts["committer-time"], facts["summary"])
			}
		}
		l.spans = append(l.spans, s)
		id = ""
	}
	slices.SortFunc(l.spans, func(a, b span) int { return a.first - b.first })
	return l, nil
}
