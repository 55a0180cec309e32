package reports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/hub/store/source"
)

// Repositories says where the source of modules is.
type Repositories struct{ list []repository }

// repository is the mirror of one module's repository.
type repository struct {
	module string // a module's path, or a prefix of the paths of several
	folder string // the module's, in the hub's directory
	mirror *source.Mirror
}

// OpenRepositories reads a list of MODULE=ADDRESS. A module's mirror is made in
// root/FOLDER/repo when it is first needed. Modules in one repository may be named
// one by one, or by a common prefix of their paths.
func OpenRepositories(root string, list []string, o source.Options) (*Repositories, error) {
	store, err := source.NewStore(o)
	if err != nil {
		return nil, err
	}
	r := &Repositories{}
	folders := map[string]string{} // by address
	taken := map[string]bool{}
	for _, text := range list {
		module, address, ok := strings.Cut(text, "=")
		module = strings.TrimSuffix(module, "/")
		if !ok || module == "" || address == "" {
			return nil, fmt.Errorf("reading --repo %q: want MODULE=GITURL, such as example.com/shop=https://git.example.com/shop.git", beforePassword(text))
		}
		if slices.ContainsFunc(r.list, func(other repository) bool { return other.module == module }) {
			return nil, fmt.Errorf("reading --repo: the module %s is named twice; name it once", module)
		}
		folder := folders[address]
		if folder == "" {
			if folder = folderName(path.Base(module)); taken[folder] {
				folder = folderName(fmt.Sprintf("%s-%08x", path.Base(module), crc32.ChecksumIEEE([]byte(module))))
			}
			folders[address], taken[folder] = folder, true
		}
		mirror, err := store.Mirror(filepath.Join(root, folder, "repo"), address)
		if err != nil {
			return nil, err
		}
		r.list = append(r.list, repository{module, folder, mirror})
	}
	slices.SortStableFunc(r.list, func(a, b repository) int { return cmp.Compare(len(b.module), len(a.module)) })
	return r, nil
}

// Open opens the source of a commit from the repository of the first import path, or
// name of a file, for which one is known. The caller must close it. The error says
// what is missing and what to do.
func (r *Repositories) Open(ctx context.Context, commit string, names ...string) (*source.Tree, error) {
	repo := r.of(names...)
	switch {
	case repo == nil:
		return nil, fmt.Errorf("no repository is known for %s: start the hub with --repo MODULE=GITURL", packageOf(names))
	case commit == "":
		return nil, errors.New("the build does not say of which commit it is: build it in a clone of its repository, or set GIT_COMMIT where it runs")
	}
	return repo.mirror.Open(ctx, strings.ToLower(commit))
}

// packageOf names what a repository was looked for.
func packageOf(names []string) string {
	for _, name := range names {
		if name != "" {
			return name
		}
	}
	return "it"
}

// beforePassword returns the part of a flag's value that cannot hold a secret.
func beforePassword(text string) string {
	before, _, _ := strings.Cut(text, "://")
	return before
}

// of returns the repository of the first import path, or name of a file, for which
// one is known; nil if there is none.
func (r *Repositories) of(names ...string) *repository {
	for _, name := range names {
		for i := range r.list {
			if m := r.list[i].module; name == m || strings.HasPrefix(name, m+"/") {
				return &r.list[i]
			}
		}
	}
	return nil
}

// Known reports whether a repository is known for an import path.
func (r *Repositories) Known(name string) bool { return r != nil && r.of(name) != nil }

// Mirror returns the mirror of the first import path, or name of a file, for which a
// repository is known; nil if there is none.
func (r *Repositories) Mirror(names ...string) *source.Mirror {
	if repo := r.of(names...); repo != nil {
		return repo.mirror
	}
	return nil
}

// reserved are names in the hub's directory that do not belong to modules.
var reserved = []string{"blobs", "sqlite.db", "sqlite.db-wal", "sqlite.db-shm", "sqlite.db-journal"}

// folderName makes a directory's name from a text that an agent may have sent.
// Whatever the text is, the result is the name of a single directory.
func folderName(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.' && b.Len() > 0:
			b.WriteRune(c)
		default:
			b.WriteByte('_')
		}
		if b.Len() == 100 {
			break
		}
	}
	name := b.String()
	if name == "" || slices.Contains(reserved, strings.ToLower(name)) {
		name += "_"
	}
	return name
}
