package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What goat test has run goes to the hub from CI, also from the test cache, and stands
// beside what a program that was built from the same commit runs.
func TestReportPush(t *testing.T) {
	exe, err := goatCommand()
	if err != nil {
		t.Fatalf("building goat: %v", err)
	}
	h := startHub(t)
	dir := t.TempDir()
	env := []string{"GOWORK=off", "GOFLAGS=", "GIT_CONFIG_GLOBAL=/dev/null", "GOAT_TESTS_NAME=unit", "GOAT_TESTS_URL=https://ci.example.com/7"}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", filepath.Base(name), args, err, out)
		}
		return string(out)
	}
	commitFiles(t, dir, map[string]string{
		"go.mod":           "module example.com/shop\n\ngo 1.26\n",
		"ledger/ledger.go": "package ledger\n\nfunc Refund(n int) int { return n }\n",
		"main.go":          "package main\n\nfunc main() {}\n",
	})
	run("git", "tag", "base")
	for name, text := range map[string]string{
		"ledger/ledger.go":      "package ledger\n\nfunc Refund(n int) int {\n\tif n < 0 {\n\t\treturn 0\n\t}\n\tif n > 100 {\n\t\treturn 100\n\t}\n\treturn n\n}\n",
		"ledger/ledger_test.go": "package ledger\n\nimport \"testing\"\n\nfunc TestRefund(t *testing.T) {\n\tif Refund(-1) != 0 {\n\t\tt.Fail()\n\t}\n}\n",
		"main.go":               "package main\n\nimport \"example.com/shop/ledger\"\n\nfunc main() { ledger.Refund(500) }\n",
	} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	run("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qam", "limits", "--allow-empty")
	run("git", "add", ".")
	run("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "tests")

	run(exe, "build", "-base", "base", "-o", "shop", ".")
	env = append(env, "GOAT_HUB="+h.URL())
	cmd := exec.Command(filepath.Join(dir, "shop"))
	cmd.Env = append(os.Environ(), "GOAT_HUB="+h.URL(), "GOAT_HUB_WAIT=30s", "GOAT_PORT=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the program: %v\n%s", err, out)
	}
	eventually(t, "the release at the hub", func() bool { return len(h.services()) == 1 && h.release().Covered > 0 })
	covered := h.release().Covered

	for round, want := range []string{"ok  \texample.com/shop/ledger", "(cached)"} {
		hits := filepath.Join(dir, "hits", string(rune('a'+round)))
		if out := run(exe, "test", "-base", "base", "-hits", hits, "./..."); !strings.Contains(out, want) {
			t.Fatalf("got\n%s\nwant %q", out, want)
		}
		if out := run(exe, "report", "-push", hits); out != "" {
			t.Errorf("got %q, want nothing said", out)
		}
	}
	var list struct {
		Tests []struct {
			Name, URL, Commit string
			Covered, Total    int
		}
		Sides struct{ Both, Tests, Production, Neither int }
	}
	h.get("/api/v1/releases/"+h.release().ID+"/tests", &list)
	if len(list.Tests) != 1 || list.Tests[0].Name != "unit" || list.Tests[0].URL != "https://ci.example.com/7" || len(list.Tests[0].Commit) != 40 || list.Tests[0].Covered == 0 {
		t.Fatalf("got %+v, want one run of both rounds: the same hits, from the cache too", list.Tests)
	}
	if s := list.Sides; s.Both == 0 || s.Tests == 0 || s.Production == 0 || s.Neither == 0 {
		t.Errorf("got %+v, want some of each: tests ran n < 0, production n > 100, nobody the rest", s)
	}
	if got := h.release().Covered; got != covered {
		t.Errorf("got %d points covered, want %d as before the tests", got, covered)
	}

	for args, want := range map[string]string{
		"-push":                       "-push needs the hits that are to be sent",
		"-hub x hits/a":               "-hub belongs to -push",
		"-push -format json hits/a":   "-push writes no report",
		"-push none":                  "nothing was sent, because hits are missing",
		"-push -push-wait 0 -hub x y": "nothing was sent",
	} {
		out, stderr, code := runGoat(t, dir, env, append([]string{"report"}, strings.Fields(args)...)...)
		if code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("goat report %s: got %d, %q and %q, want %q", args, code, stderr, out, want)
		}
	}
	away := "http://" + freePort(t)
	if out, stderr, code := runGoat(t, dir, env, "report", "-push", "-push-wait", "0", "-hub", away, "hits/a"); code != 1 || !strings.Contains(stderr, "sending the hits to "+away) {
		t.Errorf("got %d, %q and %q, want 1 while the hub is away", code, stderr, out)
	}
}
