package diffsrc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// workFile is a .go file of the work tree: its index blob when that is
// known to be the base's own, else its bytes.
type workFile struct {
	oid     string
	content []byte
}

// readWorkTree lists the .go files as the compiler will read them: tracked
// files with what is on disk now, and untracked ones git does not ignore.
func (r *repository) readWorkTree(ctx context.Context, base *baseTree, skip func(string) bool) (map[string]workFile, *layout, error) {
	out, err := r.git.run(ctx, nil, listing("-s", "-v", "-c", "-m", "-d", "-o")...)
	if err != nil {
		return nil, nil, fmt.Errorf("listing the work tree %s: %w", r.top, err)
	}
	layout, err := r.findLayout(ctx, out)
	if err != nil {
		return nil, nil, err
	}
	clean := make(map[string]entry)
	dirty := make(map[string]bool)
	for record := range bytes.SplitSeq(out, []byte{0}) {
		e, ok := parseIndexEntry(record)
		if !ok || e.mode == modeGitlink || !isGo(e.path) || skip(e.path) || layout.left[e.path] {
			continue
		}
		if e.tag == "H" && e.mode != modeLink || e.tag == "S" {
			clean[e.path] = e
		} else {
			dirty[e.path] = true
		}
	}
	files := make(map[string]workFile, len(clean)+len(dirty))
	for name, e := range clean {
		sparse := e.tag == "S"
		if dirty[name] || !sparse && e.oid != base.files[name] {
			dirty[name] = true
			continue
		}
		if err := r.addClean(files, base, e); err != nil {
			return nil, nil, err
		}
	}
	for name := range dirty {
		if err := r.addFromDisk(files, name); err != nil {
			return nil, nil, err
		}
	}
	return files, layout, nil
}

// addClean adds a file by its blob, unless it should not be in the work tree
// (skip-worktree) and is there all the same. A partial clone may lack what is
// not checked out; such files are left out on both sides.
func (r *repository) addClean(files map[string]workFile, base *baseTree, e entry) error {
	if e.tag == "S" {
		if err := r.addFromDisk(files, e.path); err != nil {
			return err
		}
	}
	if _, ok := files[e.path]; ok {
		return nil
	}
	if e.tag == "S" && r.partial {
		delete(base.files, e.path)
		return nil
	}
	files[e.path] = workFile{oid: e.oid}
	return nil
}

// addFromDisk adds a file with its bytes, if there is a regular file, or a
// symbolic link to one.
func (r *repository) addFromDisk(files map[string]workFile, name string) error {
	content, err := readSource(r.absolute(name))
	if err != nil {
		return err
	}
	if content == nil {
		r.git.witness.saw(r.absolute(name))
	} else {
		r.git.witness.sawContent(r.absolute(name), content)
	}
	if content != nil {
		files[name] = workFile{content: content}
	}
	return nil
}

// MaxFileSize is how large a Go file may be to have lines, in bytes. Nobody
// writes larger ones by hand, and comparing them takes more memory than a build
// should.
const MaxFileSize = 64 << 20

// readSource reads a source file; nil means that the compiler would not see
// one there, or that it is too large.
func readSource(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > MaxFileSize {
		return nil, nil
	}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a changed file: %w", err)
	}
	if content == nil {
		content = []byte{}
	}
	return content, nil
}

// workTreeFiles orders files for a tree.
func workTreeFiles(files map[string]workFile) []treeFile {
	list := make([]treeFile, 0, len(files))
	for name, f := range files {
		list = append(list, treeFile{name, f.oid, f.content})
	}
	return sortedTree(list)
}

func baseTreeFiles(files map[string]string) []treeFile {
	list := make([]treeFile, 0, len(files))
	for name, oid := range files {
		list = append(list, treeFile{path: name, oid: oid})
	}
	return sortedTree(list)
}

func sortedTree(list []treeFile) []treeFile {
	slices.SortFunc(list, func(a, b treeFile) int { return strings.Compare(a.path, b.path) })
	return list
}
