package main

import (
	"embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed service/*.txt
var service embed.FS

// hunt are the commands by which one finds the mistake. docs/tracing.md has the same.
var hunt = []struct{ says, command string }{
	{"The customer gets 5.57 back and should get 5.50. Where to begin?", "goat-hub trace why 1 --src ."},
	{"What was answered?", "goat-hub trace why 1 38 --var cents"},
	{"Say what is wrong, and be led:", "goat-hub trace why 1 --said 38:wrong-value:cents"},
	{"The amount before the discount, 647, is right, and so is the order that was passed. The cut is wrong, 90 instead of 97:", "goat-hub trace why 1 --said 19:wrong-value:cut,9:right,10:right,18:right"},
	{"Why was the last line of refund not reached?", "goat-hub trace why 1 --not main.go:70"},
}

func run(args []string, out, stderr io.Writer) int {
	flags := flag.NewFlagSet("try", flag.ContinueOnError)
	flags.SetOutput(stderr)
	serve := flags.Bool("serve", true, "show the pages until interrupted")
	if flags.Parse(args) != nil {
		return 2
	}
	dir, err := os.MkdirTemp("", "goat-try-trace")
	if err == nil {
		err = show(dir, *serve, out, stderr)
	}
	if err != nil {
		fmt.Fprintf(stderr, "try: %v\n", err)
		return 1
	}
	return 0
}

// show builds, records and prints the hunt. The working directory is the hub's.
func show(dir string, serve bool, out, stderr io.Writer) error {
	t := &trial{dir: dir, stderr: stderr}
	if err := t.record(); err != nil {
		return err
	}
	fmt.Fprintf(out, "One request was recorded in %s, by the service in %s.\n", t.steps(), t.app())
	for _, h := range hunt {
		fmt.Fprintf(out, "\n# %s\n$ %s\n", h.says, h.command)
		text, err := t.ask(h.command)
		if err != nil {
			return err
		}
		fmt.Fprint(out, text)
	}
	fmt.Fprintf(out, "\nThe same by yourself: cd %s; export GOAT_TRACE_DIR=%s PATH=%s:$PATH\n", t.app(), t.steps(), t.dir)
	if !serve {
		return nil
	}
	fmt.Fprint(out, "The page to look at; /1/1?step=19 is the mistake (Ctrl-C ends it): ")
	c := t.hub("trace", "look", t.steps(), "--src", t.app())
	c.Stdout, c.Stderr = out, stderr
	return c.Run()
}

// trial is one service that is built and recorded.
type trial struct {
	dir    string
	stderr io.Writer
}

func (t *trial) app() string   { return filepath.Join(t.dir, "shop") }
func (t *trial) steps() string { return filepath.Join(t.dir, "steps") }

// record builds goat and the service, and runs it once.
func (t *trial) record() error {
	if err := os.MkdirAll(t.app(), 0o777); err != nil {
		return err
	}
	for _, name := range []string{"main.go", "go.mod"} {
		text, err := service.ReadFile("service/" + name + ".txt")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(t.app(), name), text, 0o666); err != nil {
			return err
		}
	}
	goat := filepath.Join(t.dir, "goat-exec")
	for _, step := range []struct {
		in   string
		env  []string
		args []string
	}{
		{"..", nil, []string{"go", "build", "-o", goat, "./cmd/goat-exec"}},
		{".", nil, []string{"go", "build", "-o", filepath.Join(t.dir, "goat-hub"), "./cmd/goat-hub"}},
		{t.app(), []string{"GOWORK=off"}, []string{"go", "build", "-toolexec=" + goat + " -trace-scope=./...", "-o", "shop", "."}},
		{t.app(), []string{"GOAT_PORT=0", "GOAT_TRACE=start", "GOAT_TRACE_VALUES=1", "GOAT_TRACE_DIR=" + t.steps()}, []string{filepath.Join(t.app(), "shop")}},
	} {
		c := exec.Command(step.args[0], step.args[1:]...)
		c.Dir, c.Env = step.in, append(os.Environ(), step.env...)
		if text, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(step.args, " "), err, text)
		}
	}
	return nil
}

func (t *trial) hub(args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(t.dir, "goat-hub"), args...)
	c.Dir, c.Env = t.app(), append(os.Environ(), "GOAT_TRACE_DIR="+t.steps())
	return c
}

// ask runs a command of the hunt.
func (t *trial) ask(command string) (string, error) {
	text, err := t.hub(strings.Fields(command)[1:]...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", command, err, text)
	}
	return string(text), nil
}
