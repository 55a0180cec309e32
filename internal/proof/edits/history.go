package edits

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// CheckHistory checks two commits of a real repository against the laws, in a clone
// in dir, which must be empty.
func CheckHistory(ctx context.Context, dir, repository, base, current string) ([]Fault, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the clone's directory: %w", err)
	}
	if _, err := git(ctx, dir, nil, "clone", "-q", "--shared", "--no-checkout", repository, "."); err != nil {
		return nil, err
	}
	var sides [2]Side
	var commits [2]string
	for i, ref := range []string{base, current} {
		if commits[i], err = git(ctx, repository, nil, "rev-parse", "--verify", ref+"^{commit}"); err != nil {
			return nil, err
		}
	}
	for i := range commits {
		commits[i] = strings.TrimSpace(commits[i])
		if _, err := git(ctx, dir, nil, "checkout", "-q", "--detach", "--force", commits[i]); err != nil {
			return nil, err
		}
		if sides[i], err = readSide(dir); err != nil {
			return nil, err
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, fmt.Errorf("reading the module's path: %w", err)
	}
	return judgeHistory(ctx, dir, modfile.ModulePath(data), commits[0], sides[0], sides[1])
}

func judgeHistory(ctx context.Context, dir, module, base string, then, now Side) ([]Fault, error) {
	var lines [4]Lines
	var faults []Fault
	for p := 1; p <= 3; p++ {
		set, err := compute(ctx, dir, module, base, p)
		if err != nil {
			return nil, err
		}
		lines[p] = linesOf(set, module)
		renamed := make(map[string]string)
		if p == 2 {
			for _, pair := range set.Pairs {
				renamed[pair.New] = pair.Old
			}
		}
		old := func(name string) string {
			if old := renamed[name]; old != "" {
				return old
			}
			return name
		}
		faults = append(faults, Judge(p, then, now, lines[p], old)...)
		faults = append(faults, JudgeFunctions(p, then, now, lines[p], old)...)
	}
	return append(faults, JudgeOrder(now, lines)...), nil
}

// readSide reads the files of the module at the top of a work tree, without those
// that do not parse.
func readSide(dir string) (Side, error) {
	side := make(Side)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(file, "go.mod")); name == ".git" || path.Base(name) == "vendor" || err == nil && name != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if units, err := Units(data); err == nil {
			side[name] = &Source{Text: string(data), Units: units}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the files of %s: %w", dir, err)
	}
	return side, nil
}
