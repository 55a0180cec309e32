package vet_test

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/goat-trace/goat/internal/vet"
)

var update = flag.Bool("u", false, "update the wanted output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"goat-vet": func() { os.Exit(vet.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) },
	})
}

func TestScripts(t *testing.T) {
	tool, err := exec.LookPath("goat-vet")
	if err != nil {
		t.Fatal(err)
	}
	goEnv, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for key, value := range map[string]string{
				"VETTOOL": tool, "GOCACHE": strings.TrimSpace(string(goEnv)), "GOFLAGS": "", "GOPROXY": "off", "GOTOOLCHAIN": "local",
				"GOAT_CACHE": env.WorkDir + "/.goat", "GIT_CONFIG_GLOBAL": env.WorkDir + "/.gitconfig", "GIT_CONFIG_NOSYSTEM": "1",
				"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
				"GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
			} {
				env.Setenv(key, value)
			}
			return os.WriteFile(env.WorkDir+"/.gitconfig", []byte("[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n"), 0o666)
		},
	})
}
