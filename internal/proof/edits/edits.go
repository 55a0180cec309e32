package edits

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// Result is what diffsrc says about a case.
type Result struct {
	Lines  [4]Lines // by precision
	Faults []Fault
}

// Check checks diffsrc with cases at some precisions, in one new repository in dir,
// which must be empty.
func Check(ctx context.Context, dir string, cases []*Case, precisions ...int) ([]Result, error) {
	truths := make([]*truth, len(cases))
	for i, c := range cases {
		var err error
		if truths[i], err = newTruth(c); err != nil {
			return nil, err
		}
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the repository's directory: %w", err)
	}
	if err := makeRepository(ctx, dir, truths); err != nil {
		return nil, err
	}
	var sets [4]Lines
	for _, p := range precisions {
		set, err := compute(ctx, dir, "example.com/m", "HEAD", p)
		if err != nil {
			return nil, err
		}
		sets[p] = linesOf(set, "example.com/m")
	}
	results := make([]Result, len(cases))
	for i, t := range truths {
		lines := &results[i].Lines
		for _, p := range precisions {
			lines[p] = make(Lines)
			for name := range t.current {
				lines[p][name] = sets[p][path.Join(directory(i), name)]
			}
		}
		results[i].Faults = t.check(*lines)
	}
	return results, nil
}

func directory(i int) string { return fmt.Sprintf("case%05d", i) }

// makeRepository commits the bases and puts the new sides into the work tree.
func makeRepository(ctx context.Context, dir string, truths []*truth) error {
	base, current := map[string]string{"go.mod": goMod}, map[string]string{"go.mod": goMod}
	for i, t := range truths {
		for name, file := range t.base {
			base[path.Join(directory(i), name)] = file.Text
		}
		for name, file := range t.current {
			current[path.Join(directory(i), name)] = file.Text
		}
	}
	if _, err := git(ctx, dir, nil, "init", "-q"); err != nil {
		return err
	}
	if _, err := git(ctx, dir, importOf(base), "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--done"); err != nil {
		return err
	}
	if _, err := git(ctx, dir, nil, "symbolic-ref", "HEAD", baseRef); err != nil {
		return err
	}
	if _, err := git(ctx, dir, nil, "read-tree", "HEAD"); err != nil {
		return err
	}
	return writeFiles(dir, current)
}

const (
	goMod   = "module example.com/m\n\ngo 1.26\n"
	baseRef = "refs/heads/base"
)

// importOf describes one commit of files for git fast-import: "git add" would write
// a file for each.
func importOf(files map[string]string) io.Reader {
	var script bytes.Buffer
	fmt.Fprintf(&script, "commit %s\ncommitter a <a@example.com> 0 +0000\ndata 0\n", baseRef)
	for name, text := range files {
		fmt.Fprintf(&script, "M 100644 inline %s\ndata %d\n%s\n", name, len(text), text)
	}
	script.WriteString("done\n")
	return &script
}

func writeFiles(dir string, files map[string]string) error {
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return fmt.Errorf("making a directory of a case: %w", err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return fmt.Errorf("writing a file of a case: %w", err)
		}
	}
	return nil
}

// git runs git without the user's configuration and returns what it prints.
// stdin may be nil.
func git(ctx context.Context, dir string, stdin io.Reader, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Stdin = dir, stdin
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("running git %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// compute asks diffsrc for the effective lines of a module at a precision.
func compute(ctx context.Context, dir, module, base string, precision int) (*diffsrc.LineSet, error) {
	set, err := diffsrc.Compute(ctx, diffsrc.Options{
		Dir: dir, Modules: []modules.Module{{Path: module, Dir: dir}}, Base: base, Mode: diffsrc.ModeDirect, Precision: precision, Generated: true,
	})
	if err != nil {
		return nil, fmt.Errorf("computing lines at precision %d: %w", precision, err)
	}
	return set, nil
}

func linesOf(set *diffsrc.LineSet, module string) Lines {
	lines := make(Lines)
	for name, file := range set.Modules[module] {
		lines[name] = file.Lines
	}
	return lines
}
