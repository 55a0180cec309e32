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

// A fetch starts programs: ssh, a credential helper, git's own helpers, and
// git-upload-pack on the other side. A downloaded repository's .git/config must
// not choose them. So git runs with a configuration that is written here. From
// the repository's own configuration it takes only where the remotes are, and
// headers for HTTP requests, where CI systems keep their tokens. The user's and
// the system's configuration count as always.

// fetchProtocols are the protocols that git speaks itself. For any other one
// git starts a program, and ext:: starts an arbitrary one.
var fetchProtocols = []string{"file", "git", "http", "https", "ssh"}

// fetchSettings are the parts of a repository's configuration that count.
type fetchSettings struct {
	promisors []string    // remotes that promised objects, in git's order
	headers   [][2]string // key and value
}

// fetchSettings asks git for the settings.
func (r *Repository) fetchSettings(ctx context.Context) (s fetchSettings, err error) {
	out, err := r.Git.Fixed().Run(ctx, nil, "config", "-z", "--show-scope", "--get-regexp",
		`^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter)|http\.(.*\.)?extraheader)$`)
	if err != nil && ExitCode(err) != 1 { // 1 means that none of them is set
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

// add adds a remote, unless its name begins with a dash, which makes it an
// option.
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

// isFalse reads a boolean as git does.
func isFalse(value string) bool {
	return slices.Contains([]string{"", "0", "false", "no", "off"}, strings.ToLower(value))
}

// fetchFrom fetches objects from one remote into the user's repository. A tree
// comes with all trees below it.
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
	// git runs where it would without goat, in case a remote's path is
	// relative.
	g := Git{dir: r.Top, env: append(userEnv(os.Environ(), false), "GIT_DIR="+dir, "GIT_OBJECT_DIRECTORY="+r.Objects,
		"GIT_ALLOW_PROTOCOL="+allowedProtocols(os.Getenv), "GIT_NO_LAZY_FETCH=1"), args: []string{"--no-pager"}}
	_, err = g.Run(ctx, strings.NewReader(strings.Join(oids, "\n")+"\n"), "fetch", remote,
		"--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no", "--filter=blob:none", "--stdin")
	return err
}

// allowedProtocols returns those of fetchProtocols that the user's own list
// allows, or all if there is no list.
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

// config returns the configuration that git gets on top of the user's and the
// system's. It turns alternateRefsCommand off: git would run it in repositories
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
