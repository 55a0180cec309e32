package diffsrc

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

// scratch is a private repository in a temporary directory that borrows the
// objects of the user's. Trees are compared in it, so that nothing is written
// to the user's repository and none of its configuration, attributes, grafts
// or replaced objects has a say.
type scratch struct {
	git git
	dir string
}

// ScratchPrefix begins the names of the directories in which line sets are
// computed. A killed process leaves one behind.
const ScratchPrefix = "goat-diff-"

// newScratch makes the repository where temporary files go, or below a cache
// directory when nothing can be written there.
func newScratch(r *gitRepository, cache string) (*scratch, error) {
	dir, err := os.MkdirTemp("", ScratchPrefix)
	if err != nil && cache != "" && os.MkdirAll(cache, 0o777) == nil {
		dir, err = os.MkdirTemp(cache, ScratchPrefix)
	}
	if err != nil {
		return nil, fmt.Errorf("making a scratch repository: %w: set TMPDIR to a directory that can be written", err)
	}
	s := &scratch{dir: dir, git: git{dir: dir, env: scratchEnv(dir, os.Environ()), args: []string{"--no-pager"}}}
	if err := s.fill(r); err != nil {
		s.close()
		return nil, fmt.Errorf("making a scratch repository: %w", err)
	}
	return s, nil
}

func (s *scratch) close() { os.RemoveAll(s.dir) }

// fill writes what makes a directory a repository.
func (s *scratch) fill(r *gitRepository) error {
	for _, dir := range []string{"objects/info", "objects/pack", "refs/heads"} {
		if err := os.MkdirAll(filepath.Join(s.dir, filepath.FromSlash(dir)), 0o700); err != nil {
			return err
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if r.format != "sha1" {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = " + r.format + "\n"
	}
	alternates := ""
	if r.objects != "" {
		alternates = quoteName(filepath.ToSlash(r.objects)) + "\n"
	}
	for _, dir := range r.lent {
		alternates += quoteName(filepath.ToSlash(dir)) + "\n"
	}
	for _, dir := range borrowed(r.git.env) {
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

// scratchEnv leaves of the environment what processes need and nothing that
// configures git.
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

// treeFile is a file of a tree to be written. Its bytes are those of the blob
// oid, or content when oid is "".
type treeFile struct {
	path    string
	oid     string
	content []byte
}

// sortedTree sorts files as a tree has them.
func sortedTree(list []treeFile) []treeFile {
	slices.SortFunc(list, func(a, b treeFile) int { return strings.Compare(a.path, b.path) })
	return list
}

// importer collects commits for git fast-import, which writes blobs, trees
// and commits of any number in one process, the bytes as they are.
type importer struct {
	script bytes.Buffer
	trees  int
}

// commit adds a commit of files to a ref; a second one on the same ref is its
// child. The tree's hash is among import's answers.
func (im *importer) commit(ref, subject string, files []treeFile) {
	fmt.Fprintf(&im.script, "commit %s\nmark :%d\ncommitter goat <goat> 0 +0000\ndata %d\n%s\ndeleteall\n",
		ref, im.mark(), len(subject), subject)
	for _, f := range files {
		if f.oid != "" {
			fmt.Fprintf(&im.script, "M 100644 %s %s\n", f.oid, quoteName(f.path))
			continue
		}
		fmt.Fprintf(&im.script, "M 100644 inline %s\ndata %d\n", quoteName(f.path), len(f.content))
		im.script.Write(f.content)
		im.script.WriteByte('\n')
	}
	fmt.Fprintf(&im.script, "\nls :%d \"\"\n", im.trees)
}

func (im *importer) mark() int {
	im.trees++
	return im.trees
}

// run writes everything and returns the trees' hashes in order.
func (im *importer) run(ctx context.Context, s *scratch) ([]string, error) {
	im.script.WriteString("done\n")
	out, err := s.git.run(ctx, &im.script, "-c", "fastimport.unpackLimit=0", "-c", "core.compression=0",
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

// writeTrees writes the files of both sides and returns their trees' hashes.
func (s *scratch) writeTrees(ctx context.Context, old, files []treeFile) ([]string, error) {
	var im importer
	im.commit("refs/goat/base", "base", old)
	im.commit("refs/goat/work", "work", files)
	return im.run(ctx, s)
}

// blobs calls use with each object's bytes, in order. A missing object is an error.
func (s *scratch) blobs(ctx context.Context, oids []string, use func(i int, content []byte)) error {
	if len(oids) == 0 {
		return nil
	}
	out, err := s.git.run(ctx, strings.NewReader(strings.Join(oids, "\n")+"\n"), "cat-file", "--batch")
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
