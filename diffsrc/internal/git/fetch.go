package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A fetch starts programs: ssh, a credential helper, git's own helpers, and on
// the other side git-upload-pack. Which ones must not be up to a repository that
// somebody may have downloaded with its .git/config. So git runs with a
// configuration written here. Of the repository's own it has where the remotes
// are, and headers of HTTP requests (CI systems keep their tokens there). What
// the user and the system have configured counts as always.

// fetchProtocols are those that git itself speaks. Every other one is a
// program, and ext:: is any.
var fetchProtocols = []string{"file", "git", "http", "https", "ssh"}

// fetchSettings are what counts of a repository's configuration.
type fetchSettings struct {
	promisors []string    // the remotes that have promised objects, in git's order
	headers   [][2]string // key and value
}

// fetchSettings asks git for them.
func (r *Repository) fetchSettings(ctx context.Context) (s fetchSettings, err error) {
	out, err := r.Git.Fixed().Run(ctx, nil, "config", "-z", "--show-scope", "--get-regexp",
		`^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter)|http\.(.*\.)?extraheader)$`)
	if err != nil && ExitCode(err) != 1 { // 1 is: nothing of that is set
		return s, fmt.Errorf("looking for the remotes of a partial clone: %w", err)
	}
	fields := strings.Split(string(out), "\x00")
	last := ""
	for i := 0; i+1 < len(fields); i += 2 {
		scope := fields[i]
		key, value, hasValue := strings.Cut(fields[i+1], "\n")
		name, isPromisor := cutBoth(key, "remote.", ".promisor")
		if other, ok := cutBoth(key, "remote.", ".partialclonefilter"); ok {
			name, isPromisor = other, true
		} else if isPromisor && hasValue && isFalse(value) {
			continue
		}
		switch {
		case isPromisor:
			s.add(name)
		case key == "extensions.partialclone":
			last = value
		case scope == "local" || scope == "worktree":
			s.headers = append(s.headers, [2]string{key, value})
		}
	}
	if last != "" {
		s.promisors = slices.DeleteFunc(s.promisors, func(name string) bool { return name == last })
		s.add(last)
	}
	return s, nil
}

// add enters a remote. A name that begins with a dash would be an option.
func (s *fetchSettings) add(name string) {
	if name != "" && !strings.HasPrefix(name, "-") && !strings.Contains(name, "\n") && !slices.Contains(s.promisors, name) {
		s.promisors = append(s.promisors, name)
	}
}

func cutBoth(s, prefix, suffix string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, prefix); ok {
		return strings.CutSuffix(rest, suffix)
	}
	return "", false
}

// isFalse is git's reading of a boolean.
func isFalse(value string) bool {
	return slices.Contains([]string{"", "0", "false", "no", "off"}, strings.ToLower(value))
}

// fetchFrom fetches objects from one remote, with all trees of a tree, into the
// user's repository.
func (r *Repository) fetchFrom(ctx context.Context, settings fetchSettings, remote string, oids []string) error {
	url, err := r.Git.Fixed().Line(ctx, "ls-remote", "--get-url", remote)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", ScratchPrefix)
	if err != nil {
		return fmt.Errorf("making a directory to fetch from: %w", err)
	}
	defer os.RemoveAll(dir)
	s := &Scratch{dir: dir}
	if err := s.fill(&Repository{Format: r.Format, Git: Git{}}); err != nil {
		return fmt.Errorf("preparing a fetch: %w", err)
	}
	if err := appendFile(filepath.Join(dir, "config"), settings.config(remote, url)); err != nil {
		return fmt.Errorf("preparing a fetch: %w", err)
	}
	// git runs where it would without goat, for a remote at a relative path.
	g := Git{dir: r.Top, env: append(userEnv(os.Environ(), false), "GIT_DIR="+dir, "GIT_OBJECT_DIRECTORY="+r.Objects,
		"GIT_ALLOW_PROTOCOL="+allowedProtocols(os.Getenv), "GIT_NO_LAZY_FETCH=1"), args: []string{"--no-pager"}}
	_, err = g.Run(ctx, strings.NewReader(strings.Join(oids, "\n")+"\n"), "fetch", remote,
		"--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no", "--filter=blob:none", "--stdin")
	return err
}

// allowedProtocols are those of fetchProtocols that the user's own list, if
// there is one, allows.
func allowedProtocols(getenv func(string) string) string {
	own := getenv("GIT_ALLOW_PROTOCOL")
	if own == "" {
		return strings.Join(fetchProtocols, ":")
	}
	var list []string
	for _, name := range fetchProtocols {
		if slices.Contains(strings.Split(own, ":"), name) {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return noProtocol
	}
	return strings.Join(list, ":")
}

// config is what git gets to know in addition to what the user and the system
// have configured. alternateRefsCommand would be asked about other repositories
// that this one borrows from, by default with their configuration.
func (s fetchSettings) config(remote, url string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "[core]\n\thooksPath = %s\n\tfsmonitor = false\n\talternateRefsCommand = true\n", configValue(os.DevNull))
	b.WriteString("[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n")
	b.WriteString("[fetch]\n\tnegotiationAlgorithm = noop\n\twriteCommitGraph = false\n\tprune = false\n")
	fmt.Fprintf(&b, "[remote \"%s\"]\n\turl = %s\n\tpromisor = true\n\tpartialCloneFilter = blob:none\n", configSubsection(remote), configValue(url))
	for _, h := range s.headers {
		section, ok := cutBoth(h[0], "http.", ".extraheader")
		if ok && !strings.Contains(section, "\n") {
			fmt.Fprintf(&b, "[http \"%s\"]\n", configSubsection(section))
		} else {
			b.WriteString("[http]\n")
		}
		fmt.Fprintf(&b, "\textraHeader = %s\n", configValue(h[1]))
	}
	return b.String()
}

func configSubsection(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

func configValue(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\b", `\b`).Replace(s) + `"`
}

func appendFile(name, text string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
