package diffsrc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/version"
)

// refsAt are the refs that name one commit.
type refsAt struct {
	tags     []string // without refs/tags/
	requests []string // full merge refs of pull requests
}

// refsAtHead returns the refs that name HEAD's commit.
func (r *repository) refsAtHead(ctx context.Context) (refsAt, error) {
	out, err := r.Git.Run(ctx, nil, "for-each-ref", "--points-at="+r.Head, "--format=%(refname)", "refs/tags", "refs/pull", "refs/remotes/pull", "refs/merge-requests")
	if err != nil {
		return refsAt{}, fmt.Errorf("listing the refs of %s: %w", r.Top, err)
	}
	var found refsAt
	for line := range strings.Lines(string(out)) {
		ref := strings.TrimSuffix(line, "\n")
		if tag, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
			found.tags = append(found.tags, tag)
		} else if strings.HasSuffix(ref, "/merge") {
			found.requests = append(found.requests, ref)
		}
	}
	return found, nil
}

// versionBefore returns the base when HEAD is a version: the version before it,
// or the tag itself if the work tree differs from it.
func (r *repository) versionBefore(ctx context.Context, skip func(string) bool, tags []string) (choice, bool, error) {
	if _, ok := version.Newest(version.Of(tags, r.moduleDir())); !ok {
		return choice{}, false, nil
	}
	all, err := r.listTags(ctx)
	if err != nil {
		return choice{}, false, err
	}
	versions := version.Of(all, r.moduleDir())
	current, ok := version.Newest(slices.DeleteFunc(slices.Clone(versions), func(v version.Version) bool { return !slices.Contains(tags, v.Tag) }))
	if !ok {
		return choice{}, false, nil
	}
	edited, err := r.edited(ctx, skip)
	if err != nil {
		return choice{}, false, err
	}
	if edited {
		return choice{ref: "refs/tags/" + current.Tag, why: "HEAD is on it, and the work tree differs from it"}, true, nil
	}
	merged, err := r.listTags(ctx, "--merged="+r.Head)
	if err != nil {
		return choice{}, false, err
	}
	others := slices.DeleteFunc(versions, func(v version.Version) bool { return slices.Contains(tags, v.Tag) })
	previous, ok := version.Previous(current, others, func(v version.Version) bool { return slices.Contains(merged, v.Tag) })
	if !ok {
		return choice{}, false, nil
	}
	return choice{ref: "refs/tags/" + previous.Tag, why: fmt.Sprintf("HEAD is on %s, which follows it", current.Tag)}, true, nil
}

// edited reports whether the work tree's .go files differ from HEAD's.
func (r *repository) edited(ctx context.Context, skip func(string) bool) (bool, error) {
	tree, err := r.readBase(ctx, r.Head, skip)
	if err != nil {
		return false, err
	}
	files, _, err := r.readWorkTree(ctx, tree, skip)
	if err != nil {
		return false, err
	}
	for _, f := range files {
		if f.content != nil {
			return true, nil
		}
	}
	return len(files) != len(tree.files), nil
}

// newestTag returns the highest version of the commits before HEAD, or "".
func (r *repository) newestTag(ctx context.Context) (string, error) {
	all, err := r.listTags(ctx)
	if err != nil {
		return "", err
	}
	merged, err := r.listTags(ctx, "--merged="+r.Head, "--no-contains="+r.Head)
	if err != nil {
		return "", err
	}
	versions := slices.DeleteFunc(version.Of(all, r.moduleDir()), func(v version.Version) bool { return !slices.Contains(merged, v.Tag) })
	newest, _ := version.Newest(versions)
	return newest.Tag, nil
}

// listTags returns the names of the tags that flags select.
func (r *repository) listTags(ctx context.Context, flags ...string) ([]string, error) {
	args := append(append([]string{"for-each-ref"}, flags...), "--format=%(refname:strip=2)", "refs/tags")
	out, err := r.Git.Run(ctx, nil, args...)
	if err != nil {
		return nil, fmt.Errorf("listing the tags of %s: %w", r.Top, err)
	}
	return strings.Fields(string(out)), nil
}

// moduleDir returns the directory that prefixes the tags of the module's
// versions; "" for the repository's top.
func (r *repository) moduleDir() string {
	if r.first == "." {
		return ""
	}
	return r.first
}
