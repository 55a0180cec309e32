package deploy

import (
	"bufio"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// image is a directory with what the Dockerfile puts into the image without a shell.
var image = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "image-")
	if err != nil {
		return "", err
	}
	for _, name := range []string{"data", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		return "", err
	}
	line := regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*)$`).FindStringSubmatch(string(text))
	build := exec.Command("sh", "-c", strings.Replace(line[1], "/out/", dir+"/", 1))
	build.Dir, build.Stderr = "..", os.Stderr
	return dir, build.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := image(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func built(t *testing.T) string {
	t.Helper()
	dir, err := image()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// inImage runs goat-hub where there is nothing but the image.
func inImage(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("/goat-hub", args...)
	cmd.Dir, cmd.Env, cmd.Stderr = "/", nil, os.Stderr
	cmd.Path, cmd.Err = "/goat-hub", nil
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:      dir,
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	return cmd
}

// TestImage runs the image's command and its health check.
func TestImage(t *testing.T) {
	dir := built(t)
	file, err := elf.Open(filepath.Join(dir, "goat-hub"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("got a binary that needs %q, %v, want a static one", libraries, err)
	}
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^CMD (.*)$`).FindAllStringSubmatch(string(text), -1)
	if len(commands) != 2 || commands[0][1] != commands[1][1] {
		t.Fatalf("got commands %q, want the same for both images", commands)
	}
	var args []string
	if err := json.Unmarshal([]byte(commands[0][1]), &args); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		args[i] = regexp.MustCompile(`=:[0-9]+$`).ReplaceAllString(arg, "=127.0.0.1:0")
	}
	serve := inImage(dir, args...)
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatalf("%v; the test needs user namespaces", err)
	}
	defer func() { _ = serve.Process.Kill() }()
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	healthy, err := inImage(dir, "health", "--hub", strings.TrimSpace(url)).Output()
	if err != nil || string(healthy) != "ready\n" {
		t.Errorf("got %q, %v from the health check, want ready", healthy, err)
	}
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("got %v at SIGTERM, want success", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "sqlite.db")); err != nil {
		t.Errorf("got %v of the database, want it in /data", err)
	}
}

// accepted fails the test where goat-hub does not know a command line.
func accepted(t *testing.T, args []string) {
	t.Helper()
	if out, err := exec.Command(filepath.Join(built(t), "goat-hub"), append(slices.Clone(args), "--help")...).CombinedOutput(); err != nil {
		t.Errorf("%q: got %v, %s, want known flags", args, err, out)
	}
}

// The hub alone, and with each of the databases that it can have.
func TestCompose(t *testing.T) {
	for _, files := range [][]string{{"compose.yaml"}, {"compose.yaml", "compose.postgres.yaml"}, {"compose.yaml", "compose.mariadb.yaml"}} {
		last := files[len(files)-1]
		text, err := os.ReadFile(last)
		if err != nil {
			t.Fatal(err)
		}
		_, list, found := strings.Cut(string(text), "\n    command:\n")
		if !found {
			t.Fatalf("got no command in %s", last)
		}
		var args []string
		for line := range strings.Lines(list) {
			arg, ok := strings.CutPrefix(line, "      - ")
			if !ok {
				break
			}
			args = append(args, strings.TrimSpace(arg))
		}
		accepted(t, args)
		var flags []string
		for _, file := range files {
			flags = append(flags, "-f", file)
		}
		check := exec.Command("docker-compose", append(flags, "config", "--quiet")...) // install.sh has it
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("docker-compose config of %s: %v\n%s", last, err, out)
		}
	}
}

func TestUnit(t *testing.T) {
	text, err := os.ReadFile("goat-hub.service")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^ExecStart=(\S+) (.*)$`).FindStringSubmatch(string(text))
	if line == nil {
		t.Fatal("got a unit without ExecStart")
	}
	accepted(t, strings.Fields(line[2]))
	unit := filepath.Join(t.TempDir(), "goat-hub.service")
	own := strings.Replace(string(text), "ExecStart="+line[1], "ExecStart="+filepath.Join(built(t), "goat-hub"), 1)
	if err := os.WriteFile(unit, []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("systemd-analyze", "verify", unit).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
