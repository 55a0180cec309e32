package scriptcmd

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Build builds goat-exec, goat-vet and goat and returns their directory.
func Build(t testing.TB, root string) string {
	t.Helper()
	bin := t.TempDir()
	c := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "./cmd/goat-exec", "./cmd/goat-vet", "./cmd/goat")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("building goat: %v\n%s", err, out)
	}
	return bin
}

// host is what all scripts share.
type host struct {
	root  string
	bin   string
	cache string
	env   map[string]string
}

func goEnv(t *testing.T, names ...string) map[string]string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env", "-json"}, names...)...).Output()
	if err != nil {
		t.Fatalf("running go env: %v", err)
	}
	env := make(map[string]string)
	if err := json.Unmarshal(out, &env); err != nil {
		t.Fatalf("reading go env: %v", err)
	}
	return env
}

// gitConfig fixes the settings that git would take from the host.
const gitConfig = `[user]
	name = Script
	email = script@example.com
[commit]
	gpgsign = false
[init]
	defaultBranch = main
[core]
	autocrlf = false
`

// setup gives a script its environment. With GOAT_PORT=0 the programs of concurrent
// scripts do not share a port.
func (h host) setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, ".home")
	config := filepath.Join(home, ".gitconfig")
	if err := os.MkdirAll(home, 0o777); err != nil {
		return fmt.Errorf("making the script's home: %w", err)
	}
	if err := os.WriteFile(config, []byte(gitConfig), 0o666); err != nil {
		return fmt.Errorf("writing the script's git configuration: %w", err)
	}
	path := []string{h.bin, filepath.Join(h.env["GOROOT"], "bin"), os.Getenv("PATH")}
	vars := map[string]string{
		"PATH": strings.Join(path, string(filepath.ListSeparator)), "HOME": home, "BIN": h.bin, "ROOT": h.root,
		"GIT_CONFIG_GLOBAL": config, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
		"GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z", "GIT_CEILING_DIRECTORIES": env.WorkDir,
		"GOCACHE": h.env["GOCACHE"], "GOMODCACHE": h.env["GOMODCACHE"], "GOPATH": h.env["GOPATH"],
		"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOTELEMETRY": "off",
		"GOAT_CACHE": h.cache, "GOAT_PORT": "0", "LC_ALL": "C", "GOTRACEBACK": "single",
		"GOAT_LOG": filepath.Join(home, "goat.log"),
	}
	for name, value := range vars {
		env.Setenv(name, value)
	}
	env.Values[processesKey{}] = make(processes)
	env.Defer(func() {
		if said := warnings(vars["GOAT_LOG"]); said != "" {
			env.T().Log("goat warned:\n" + said)
		}
	})
	return nil
}

// warnings returns goat's warnings in a script. A failing test shows them.
func warnings(file string) string {
	text, _ := os.ReadFile(file) // without a log there are no warnings
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "level=WARN") {
			b.WriteString(line)
		}
	}
	return b.String()
}
