package doctor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/handshake"
)

// The oldest releases that goat works with: major and minor number.
var (
	oldestGo  = [2]int{1, 26}
	oldestGit = [2]int{2, 31}
)

// programs looks at goat's three commands: whether they are in PATH, and of one
// version.
func programs(ctx context.Context) []Finding {
	self, err := os.Executable()
	if err != nil {
		self = "goat"
	}
	return []Finding{
		{Subject: "goat", Level: OK, Text: buildinfo.Version() + ", " + self},
		program(ctx, "goat-exec", self, func(answer string) bool { return firstWord(answer) == firstWord(handshake.Identity()) }, handshake.IdentifyFlag),
		program(ctx, "goat-vet", self, func(answer string) bool { return answer == "goat-vet "+buildinfo.Version() }, "-version"),
	}
}

// program looks at one command. same reports whether its answer to ask is that
// of this goat's version.
func program(ctx context.Context, name, self string, same func(answer string) bool, ask string) Finding {
	path, err := exec.LookPath(name)
	beside := filepath.Join(filepath.Dir(self), name+filepath.Ext(self))
	if err != nil {
		next := fmt.Sprintf("go install github.com/goat-trace/goat/cmd/%s@%s, and put the directory into PATH", name, installable())
		if _, err := os.Stat(beside); err == nil {
			next = fmt.Sprintf("put %s into PATH", filepath.Dir(beside))
		}
		return Finding{name, Warning, "it is not in PATH: \"goat build\" works, -toolexec=" + name + " and the like do not", next}
	}
	out, err := exec.CommandContext(ctx, path, ask).Output()
	if err != nil {
		return Finding{name, Problem, fmt.Sprintf("%s does not answer: %v", path, commandError(err)), "install it again beside goat"}
	}
	if !same(strings.TrimSpace(string(out))) {
		return Finding{name, Problem, fmt.Sprintf("%s is of another version than this goat (%s)", path, buildinfo.Version()),
			fmt.Sprintf("install both of one version: go install github.com/goat-trace/goat/cmd/...@%s", installable())}
	}
	return Finding{Subject: name, Level: OK, Text: path}
}

// firstWord returns the part of an identity that says which goat it is; the rest
// tells the programs of one goat apart.
func firstWord(identity string) string {
	word, _, _ := strings.Cut(identity, " ")
	return word
}

// installable is the version to install: this one, unless it was built from a
// work tree.
func installable() string {
	if v := buildinfo.Version(); v != buildinfo.Devel {
		return v
	}
	return "latest"
}

// older reports whether a version text, such as "git version 2.39.5", is older
// than a release. What it cannot read counts as new enough.
func older(text, prefix string, than [2]int) bool {
	rest, ok := strings.CutPrefix(text, prefix)
	parts := strings.SplitN(rest, ".", 3)
	if !ok || len(parts) < 2 {
		return false
	}
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return false
	}
	minor, err := strconv.Atoi(leadingDigits(parts[1]))
	if err != nil {
		return false
	}
	return major < than[0] || major == than[0] && minor < than[1]
}

// leadingDigits returns the digits that text begins with: "27" of "27rc1".
func leadingDigits(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		return text
	}
	return text[:end]
}
