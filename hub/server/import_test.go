package server

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A spool holds the protocol's own request bodies as files. Importing it twice
// is like importing it once.
func TestImportSpool(t *testing.T) {
	h := startHub(t)
	dir := t.TempDir()
	digest, manifest := manifestOf(4)
	registration, err := json.Marshal(shop(1, digest, 4))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "goat-manifest-"+digest+".json"), string(manifest))
	write(t, filepath.Join(dir, "goat-instance-"+key(1)+".json"), string(registration))
	hourAgo := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	write(t, filepath.Join(dir, "goat-points-"+key(1)+".json"), `{"from":0,"ids":[4,2],"age_ms":[60000,0],"routes":["job nightly",""],"end":true,"written":"`+hourAgo+`"}`)
	for range 2 {
		goatHub(t, "import", "--hub", h.URL(), dir)
	}
	r := h.release()
	if r.Covered != 2 || r.Instances["ended"] != 1 || r.State != "last-seen" {
		t.Errorf("got %+v, want two points of one ended run", r)
	}
	p := h.points(r.ID)[3]
	if p.Route != "job nightly" || p.FirstHit == nil {
		t.Fatalf("got %+v, want the point run by the nightly job", p)
	}
	if age := time.Since(*p.FirstHit); age < 60*time.Minute || age > 62*time.Minute {
		t.Errorf("got a first hit %v ago, want 61 minutes", age)
	}
}

// What cannot be imported is reported with its file, and does not affect the
// rest.
func TestImportBroken(t *testing.T) {
	h := startHub(t)
	dir := t.TempDir()
	digest, manifest := manifestOf(4)
	for n := 1; n <= 2; n++ {
		registration, err := json.Marshal(shop(n, digest, 4))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "goat-instance-"+key(n)+".json"), string(registration))
	}
	write(t, filepath.Join(dir, "goat-manifest-"+digest+".json"), string(manifest))
	write(t, filepath.Join(dir, "goat-points-"+key(1)+".json"), `{"from":0,"ids":[9]}`)
	write(t, filepath.Join(dir, "goat-shop-7-1.json"), `{"format":`)
	cmd := command(t, "import", "--hub", h.URL(), dir)
	cmd.Stderr = nil
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("got %v, want exit code 1", err)
	}
	for _, want := range []string{"goat-shop-7-1.json", "goat-instance-" + key(1), "id 9 is no point"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("got %s, want it to say %q", out, want)
		}
	}
	if got := h.release().Instances["live"]; got != 2 {
		t.Errorf("got %d instances, want 2: the whole one was handed over, and the other has registered", got)
	}
}

// A program that was built with goat has ended. Its file has everything that
// the hub needs except the environment.
func TestImportRealRun(t *testing.T) {
	h := startHub(t)
	module, bin, runs := t.TempDir(), t.TempDir(), t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goExec := filepath.Join(bin, "goat-exec")
	build := func(dir string, env []string, args ...string) {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	build(root, nil, "build", "-o", goExec, "./cmd/goat-exec")
	write(t, filepath.Join(module, "go.mod"), "module example.com/job\n\ngo 1.26\n")
	write(t, filepath.Join(module, "goat.yaml"), "appName: nightly\nserve: file\n")
	write(t, filepath.Join(module, "main.go"), "package main\n\nimport \"os\"\n\nfunc main() {\n\tif len(os.Args) > 1 {\n\t\tprintln(\"never\")\n\t}\n\tprintln(\"ran\")\n}\n")
	program := filepath.Join(bin, "job")
	build(module, []string{"GOAT_BASE=INIT", "GOFLAGS=", "GOWORK=off"}, "build", "-toolexec="+goExec, "-o", program, ".")
	for range 2 {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), "GOAT_DIR="+runs)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("running the job: %v\n%s", err, out)
		}
	}
	goatHub(t, "import", "--hub", h.URL(), "--env", "prod", "--cluster", "east", runs)
	goatHub(t, "import", "--hub", h.URL(), "--env", "prod", "--cluster", "east", runs)
	services := h.services()
	if len(services) != 1 || services[0].App != "nightly" || services[0].Env != "prod" {
		t.Fatalf("got %+v, want nightly in prod", services)
	}
	r := h.release()
	if r.Instances["ended"] != 2 || r.Total == 0 || r.Covered == 0 || r.Covered == r.Total {
		t.Errorf("got %+v, want two runs, of which some points have run and some have not", r)
	}
	for _, p := range h.points(r.ID) {
		if p.Kind == "then" && p.Ran != 0 || p.Line == 5 && p.Ran != 2 {
			t.Errorf("got %+v, want main run twice and its branch never", p)
		}
	}
}
