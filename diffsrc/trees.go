package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"path"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/internal/gofile"
)

// baseTree is the relevant part of the base's tree.
type baseTree struct {
	files    map[string]string // path to blob of every .go file outside vendor directories
	gitlinks map[string]string // path to commit of every submodule
	lenders  []lender          // the repositories that hold the blobs of files; nil if it is only one
}

// lender is a repository that holds blobs of a baseTree.
type lender struct {
	*git.Repository
	tree *baseTree
}

// borrower returns a repository that can read the objects of others.
func borrower(r *git.Repository, lenders []lender) *git.Repository {
	with := *r
	for _, l := range lenders {
		if l.Objects != r.Objects {
			with.Lent = append(with.Lent, l.Objects)
		}
	}
	return &with
}

// readBase lists a commit's tree; for commit "" the tree is empty. skip reports
// files to leave out.
func (r *repository) readBase(ctx context.Context, commit string, skip func(string) bool) (*baseTree, error) {
	t := &baseTree{files: make(map[string]string), gitlinks: make(map[string]string)}
	if commit == "" {
		return t, nil
	}
	list := []string{"ls-tree", "-r", "-z", "--full-tree", commit}
	out, err := r.Git.Fixed().Run(ctx, nil, list...)
	if err != nil && git.ExitCode(err) > 0 { // a partial clone may lack trees too
		if err = r.FetchTree(ctx, commit); err == nil {
			out, err = r.Git.Fixed().Run(ctx, nil, list...)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("listing the files of base %s: %w", commit, err)
	}
	var links []git.Entry
	for record := range bytes.SplitSeq(out, []byte{0}) {
		e, ok := git.ParseEntry(record)
		switch {
		case !ok:
		case e.Mode == git.ModeGitlink:
			t.gitlinks[e.Path] = e.OID
		case !gofile.IsGo(e.Path) || skip(e.Path):
		case e.Mode == git.ModeLink:
			links = append(links, e)
		default:
			t.files[e.Path] = e.OID
		}
	}
	if len(links) > 0 {
		return t, r.followLinks(ctx, t, links, out)
	}
	return t, nil
}

// followLinks gives a symbolic link the blob of the file that it points to,
// because that is what the compiler reads. It leaves out links that leave the
// tree.
func (r *repository) followLinks(ctx context.Context, t *baseTree, links []git.Entry, listing []byte) error {
	all := make(map[string]git.Entry)
	for record := range bytes.SplitSeq(listing, []byte{0}) {
		if e, ok := git.ParseEntry(record); ok {
			all[e.Path] = e
		}
	}
	for _, link := range links {
		e := link
		for hops := 0; e.Mode == git.ModeLink && hops < 10; hops++ {
			target, _, err := r.Blob(ctx, e.OID)
			if err != nil {
				return fmt.Errorf("reading symbolic link %s of the base: %w", e.Path, err)
			}
			e = all[path.Join(path.Dir(e.Path), string(target))]
		}
		if e.OID != "" && e.Mode != git.ModeLink && e.Mode != git.ModeGitlink {
			t.files[link.Path] = e.OID
		}
	}
	return nil
}
