package diffsrc

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/goat-trace/goat/internal/source"
)

// workFile is a .go file of the work tree: its index blob when that is
// known to be the base's own, else its bytes.
type workFile struct {
	oid     string
	content []byte
	onDisk  []byte // where content is not what the compiler reads, else nil

	attributes attributes
}

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
	index := r.indexTime()
	clean := make(map[string]entry)
	dirty := make(map[string]bool)
	for _, e := range list {
		switch {
		case e.mode == modeGitlink || !source.IsGo(e.path) || skip(e.path) || layout.left[e.path]:
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
	content, err := source.Read(r.absolute(name))
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

// noteForeign says of files that are compared as they stand that git would
// convert them.
func (c *comparison) noteForeign(r *repository, files map[string]workFile) {
	byKind := make(map[string][]string)
	for name, f := range files {
		if _, _, ok := c.owner.Of(r.absolute(name)); ok && f.oid == "" && f.attributes.foreign() {
			byKind[f.attributes.String()] = append(byKind[f.attributes.String()], name)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		names := byKind[kind]
		first := slices.Min(names)
		text := fmt.Sprintf("%s has the git attribute %s", first, kind)
		if len(names) > 1 {
			text = fmt.Sprintf("%s and %d more files have the git attribute %s", first, len(names)-1, kind)
		}
		text += ", which goat does not apply (it runs no filter and does not recode): where git stores such a file in another form, the file counts whole; " +
			"name it in ignores in goat.yaml to leave it out"
		c.Log.Warn("comparing files without their filter", "attribute", kind, "files", len(names), "first", first)
		c.set.Warnings = append(c.set.Warnings, text)
	}
}
