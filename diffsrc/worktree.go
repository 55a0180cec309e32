package diffsrc

import (
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
	onDisk  []byte // where content is not what the compiler reads, else nil

	attributes attributes
}

// listGo lists the .go files that git tracks, those that it does not, and what
// findLayout wants. To ask which ones are modified (-m) would be to let git run
// the filters that a repository may have for them.
var listGo = listing("-s", "-v", "-c", "-o")

// readWorkTree lists the .go files as the compiler will read them: tracked
// files with what is on disk now, and untracked ones git does not ignore.
func (r *repository) readWorkTree(ctx context.Context, base *baseTree, skip func(string) bool) (map[string]workFile, *layout, error) {
	list, plain, err := r.listWorkTree(ctx)
	if err != nil {
		return nil, nil, err
	}
	layout, err := r.findLayout(ctx, plain)
	if err != nil {
		return nil, nil, err
	}
	attributes, err := r.contentAttributes(ctx)
	if err != nil {
		return nil, nil, err
	}
	index := indexTime(r.index)
	clean := make(map[string]entry)
	dirty := make(map[string]bool)
	for _, e := range list {
		switch {
		case e.mode == modeGitlink || !isGo(e.path) || skip(e.path) || layout.left[e.path]:
		case e.tag == "S":
			clean[e.path] = e
		case e.tag == "H" && e.mode != modeLink && e.oid == base.files[e.path] && r.isBlob(e, index, attributes[e.path]):
			clean[e.path] = e
		default:
			dirty[e.path] = true
		}
	}
	files := make(map[string]workFile, len(clean)+len(dirty))
	for name, e := range clean {
		if dirty[name] {
			continue
		}
		if err := r.addClean(files, base, e); err != nil {
			return nil, nil, err
		}
	}
	for name := range dirty {
		if err := r.addFromDisk(files, name, attributes[name]); err != nil {
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
		if err := r.addFromDisk(files, e.path, attributes{}); err != nil {
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
func (r *repository) addFromDisk(files map[string]workFile, name string, attr attributes) error {
	content, err := readSource(r.absolute(name))
	if err != nil {
		return err
	}
	if content == nil {
		r.git.witness.saw(r.absolute(name))
	} else {
		r.git.witness.sawContent(r.absolute(name), content)
	}
	if content == nil {
		return nil
	}
	f := workFile{content: content, attributes: attr}
	if attr.ident {
		f.content, f.onDisk = collapseIdent(content), content
	}
	files[name] = f
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
