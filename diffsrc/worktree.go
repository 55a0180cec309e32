package diffsrc

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/internal/gofile"
)

// workFile is a .go file of the work tree: its blob in the index if that is
// known to be the base's, otherwise its bytes.
type workFile struct {
	oid     string
	content []byte
	onDisk  []byte // if content is not what the compiler reads, otherwise nil

	attributes git.Attributes
}

// readWorkTree lists the .go files as the compiler will read them: tracked
// files with their bytes on disk, and untracked ones that git does not ignore.
func (r *repository) readWorkTree(ctx context.Context, base *baseTree, skip func(string) bool) (map[string]workFile, *layout, error) {
	list, plain, err := r.ListWorkTree(ctx)
	if err != nil {
		return nil, nil, err
	}
	layout, err := r.findLayout(ctx, plain)
	if err != nil {
		return nil, nil, err
	}
	attributes, err := r.ContentAttributes(ctx)
	if err != nil {
		return nil, nil, err
	}
	index := r.IndexTime()
	clean := make(map[string]git.Entry)
	dirty := make(map[string]bool)
	for _, e := range list {
		switch {
		case e.Mode == git.ModeGitlink || !gofile.IsGo(e.Path) || skip(e.Path) || layout.left[e.Path]:
		case e.Tag == "S":
			clean[e.Path] = e
		case e.Tag == "H" && e.Mode != git.ModeLink && e.OID == base.files[e.Path] && r.IsBlob(e, index, attributes[e.Path]):
			clean[e.Path] = e
		default:
			dirty[e.Path] = true
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

// addClean adds a file by its blob. If the index says that the file should not
// be in the work tree (skip-worktree) but it is, its bytes count instead. A
// partial clone may lack what is not checked out; such files are left out on
// both sides.
func (r *repository) addClean(files map[string]workFile, base *baseTree, e git.Entry) error {
	if e.Tag == "S" {
		if err := r.addFromDisk(files, e.Path, git.Attributes{}); err != nil {
			return err
		}
	}
	if _, ok := files[e.Path]; ok {
		return nil
	}
	if e.Tag == "S" && r.Partial {
		delete(base.files, e.Path)
		return nil
	}
	files[e.Path] = workFile{oid: e.OID}
	return nil
}

// addFromDisk adds a file with its bytes if it is a regular file or a symbolic
// link to one.
func (r *repository) addFromDisk(files map[string]workFile, name string, attr git.Attributes) error {
	content, err := gofile.Read(r.Absolute(name))
	if err != nil {
		return err
	}
	if content == nil {
		r.Git.Witness.Saw(r.Absolute(name))
	} else {
		r.Git.Witness.SawContent(r.Absolute(name), content)
	}
	if content == nil {
		return nil
	}
	f := workFile{content: content, attributes: attr}
	if attr.Ident {
		f.content, f.onDisk = git.CollapseIdent(content), content
	}
	files[name] = f
	return nil
}

// workTreeFiles returns files in the order of a git tree.
func workTreeFiles(files map[string]workFile) []git.File {
	list := make([]git.File, 0, len(files))
	for name, f := range files {
		list = append(list, git.File{Path: name, OID: f.oid, Content: f.content})
	}
	return git.SortFiles(list)
}

func baseTreeFiles(files map[string]string) []git.File {
	list := make([]git.File, 0, len(files))
	for name, oid := range files {
		list = append(list, git.File{Path: name, OID: oid})
	}
	return git.SortFiles(list)
}

// noteForeign adds warnings for files that are compared as they are on disk
// although git would convert them.
func (c *comparison) noteForeign(r *repository, files map[string]workFile) {
	byKind := make(map[string][]string)
	for name, f := range files {
		if _, _, ok := c.owner.Of(r.Absolute(name)); ok && f.oid == "" && f.attributes.Foreign() {
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

// hashOnDisk corrects the hash of files that were compared in the form that git
// stores: it becomes that of the bytes on disk.
func (c *comparison) hashOnDisk(r *repository, files map[string]workFile) {
	for name, f := range files {
		if f.onDisk == nil {
			continue
		}
		m, rel, ok := c.owner.Of(r.Absolute(name))
		if lines, has := c.set.Modules[m.Path][rel]; ok && has {
			lines.Hash = gofile.Hash(f.onDisk)
			c.set.Modules[m.Path][rel] = lines
		}
	}
}
