package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Scratch is a private repository in a temporary directory that borrows the
// user's objects. Trees are compared in it, so that nothing is written to the
// user's repository, and its configuration, attributes, grafts and replaced
// objects have no effect.
type Scratch struct {
	Git Git
	dir string
}

// ScratchPrefix begins the names of these directories. A killed process leaves
// one behind.
const ScratchPrefix = "goat-diff-"

// NewScratch makes the repository in the system's temporary directory, or below
// the directory cache if that cannot be written to.
func NewScratch(r *Repository, cache string) (*Scratch, error) {
	dir, err := os.MkdirTemp("", ScratchPrefix)
	if err != nil && cache != "" && os.MkdirAll(cache, 0o777) == nil {
		dir, err = os.MkdirTemp(cache, ScratchPrefix)
	}
	if err != nil {
		return nil, fmt.Errorf("making a scratch repository: %w: set TMPDIR to a directory that can be written", err)
	}
	s := &Scratch{dir: dir, Git: Git{dir: dir, env: scratchEnv(dir, os.Environ()), args: []string{"--no-pager"}}}
	if err := s.fill(r); err != nil {
		s.Close()
		return nil, fmt.Errorf("making a scratch repository: %w", err)
	}
	return s, nil
}

// Close removes the repository.
func (s *Scratch) Close() { os.RemoveAll(s.dir) }

// fill writes the files that make a directory a repository.
func (s *Scratch) fill(r *Repository) error {
	for _, dir := range []string{"objects/info", "objects/pack", "refs/heads"} {
		if err := os.MkdirAll(filepath.Join(s.dir, filepath.FromSlash(dir)), 0o700); err != nil {
			return err
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if r.Format != "sha1" {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = " + r.Format + "\n"
	}
	alternates := ""
	if r.Objects != "" {
		alternates = Quote(filepath.ToSlash(r.Objects)) + "\n"
	}
	for _, dir := range r.Lent {
		alternates += Quote(filepath.ToSlash(dir)) + "\n"
	}
	for _, dir := range borrowed(r.Git.env) {
		alternates += dir + "\n"
	}
	for name, text := range map[string]string{"HEAD": "ref: refs/heads/none\n", "config": config, "objects/info/alternates": alternates} {
		if err := os.WriteFile(filepath.Join(s.dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// borrowed returns the object directories that the environment adds.
func borrowed(env []string) []string {
	for _, kv := range env {
		if list, ok := strings.CutPrefix(kv, "GIT_ALTERNATE_OBJECT_DIRECTORIES="); ok {
			return filepath.SplitList(list)
		}
	}
	return nil
}

// scratchEnv returns the part of an environment that processes need, without
// anything that configures git.
func scratchEnv(dir string, environ []string) []string {
	env := make([]string, 0, len(environ)+8)
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case name == "GIT_EXEC_PATH":
		case strings.HasPrefix(name, "GIT_"), name == "HOME", name == "XDG_CONFIG_HOME", name == "LC_ALL", name == "LANGUAGE":
			continue
		}
		env = append(env, kv)
	}
	return append(env, "GIT_DIR="+dir, "HOME="+dir, "XDG_CONFIG_HOME="+dir, "LC_ALL=C", "LANGUAGE=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_ATTR_NOSYSTEM=1", "GIT_NO_REPLACE_OBJECTS=1")
}

// File is a file of a tree to be written. Its bytes are those of the blob oid,
// or content if oid is "".
type File struct {
	Path    string
	OID     string
	Content []byte
}

// SortFiles sorts files in the order of a git tree.
func SortFiles(list []File) []File {
	slices.SortFunc(list, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// importer collects commits for git fast-import, which writes any number of
// blobs, trees and commits in one process and does not convert bytes.
type importer struct {
	script bytes.Buffer
	trees  int
}

// commit adds a commit of files to a ref. A second commit on the same ref
// becomes its child. run returns the hash of its tree.
func (im *importer) commit(ref, subject string, files []File) {
	fmt.Fprintf(&im.script, "commit %s\nmark :%d\ncommitter goat <goat> 0 +0000\ndata %d\n%s\ndeleteall\n",
		ref, im.mark(), len(subject), subject)
	for _, f := range files {
		if f.OID != "" {
			fmt.Fprintf(&im.script, "M 100644 %s %s\n", f.OID, Quote(f.Path))
			continue
		}
		fmt.Fprintf(&im.script, "M 100644 inline %s\ndata %d\n", Quote(f.Path), len(f.Content))
		im.script.Write(f.Content)
		im.script.WriteByte('\n')
	}
	fmt.Fprintf(&im.script, "\nls :%d \"\"\n", im.trees)
}

func (im *importer) mark() int {
	im.trees++
	return im.trees
}

// run writes everything and returns the hashes of the trees, in order.
func (im *importer) run(ctx context.Context, s *Scratch) ([]string, error) {
	im.script.WriteString("done\n")
	out, err := s.Git.Run(ctx, &im.script, "-c", "fastimport.unpackLimit=0", "-c", "core.compression=0",
		"fast-import", "--quiet", "--done", "--date-format=raw")
	if err != nil {
		return nil, fmt.Errorf("writing trees to compare: %w", err)
	}
	var trees []string
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[1] != "tree" {
			return nil, fmt.Errorf("writing trees to compare: unexpected answer %q of git fast-import", line)
		}
		trees = append(trees, fields[2])
	}
	if len(trees) != im.trees {
		return nil, fmt.Errorf("writing trees to compare: %d answers of git fast-import for %d trees", len(trees), im.trees)
	}
	return trees, nil
}

// WriteTrees writes the files of both sides and returns their trees' hashes.
func (s *Scratch) WriteTrees(ctx context.Context, old, files []File) ([]string, error) {
	var im importer
	im.commit("refs/goat/base", "base", old)
	im.commit("refs/goat/work", "work", files)
	return im.run(ctx, s)
}

// Blobs calls use with the bytes of each object, in order. A missing object is
// an error.
func (s *Scratch) Blobs(ctx context.Context, oids []string, use func(i int, content []byte)) error {
	if len(oids) == 0 {
		return nil
	}
	out, err := s.Git.Run(ctx, strings.NewReader(strings.Join(oids, "\n")+"\n"), "cat-file", "--batch")
	if err != nil {
		return fmt.Errorf("reading files of the base: %w", err)
	}
	for i, oid := range oids {
		header, rest, _ := bytes.Cut(out, []byte{'\n'})
		fields := strings.Fields(string(header))
		if len(fields) != 3 || fields[1] != "blob" {
			return fmt.Errorf("reading file %s of the base: git says %q: run `git fsck`", oid, header)
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil || size < 0 || size >= len(rest) {
			return fmt.Errorf("reading file %s of the base: git says %q", oid, header)
		}
		use(i, rest[:size:size])
		out = rest[size+1:]
	}
	return nil
}
