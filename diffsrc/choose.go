package diffsrc

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// choice is a base that goat chose.
type choice struct {
	ref  string // a commit's hash, or a ref's full name, because a tag may have a branch's name
	name string // for people; "" for the ref's short name
	why  string // a sentence for people
}

// chooser is what the choice of a base depends on besides the repository.
type chooser struct {
	getenv func(string) string    // looks up a CI system's variables
	skip   func(path string) bool // reports files that do not count
}

// chooseBase chooses a repository's base when none is set:
//
//   - where a CI system has checked out a pull request, the request's target;
//   - at a version tag, the version before it, or the tag itself if the work tree
//     differs from it;
//   - on a branch other than the default branch, the default branch;
//   - on the default branch, the newest version tag before HEAD.
//
// A detached HEAD counts as the default branch if the default branch contains it
// (a release is being built), otherwise as another branch.
func (r *repository) chooseBase(ctx context.Context, c chooser) (choice, error) {
	at, err := r.refsAtHead(ctx)
	if err != nil {
		return choice{}, err
	}
	if found, ok, err := r.pullRequest(ctx, c.getenv, at); ok || err != nil {
		return found, err
	}
	if found, ok, err := r.versionBefore(ctx, c.skip, at.tags); ok || err != nil {
		return found, err
	}
	branch, err := r.Git.Line(ctx, "symbolic-ref", "--quiet", "HEAD")
	if err != nil && git.ExitCode(err) != 1 {
		return choice{}, fmt.Errorf("reading HEAD of %s: %w", r.Top, err)
	}
	branch = strings.TrimPrefix(branch, "refs/heads/")
	ref, name := r.defaultBranch(ctx)
	if ref != "" && r.elsewhere(ctx, branch, name, ref, r.Head) {
		return choice{ref: ref, why: fmt.Sprintf("%s is not on the default branch", cmp.Or(branch, "the detached HEAD"))}, nil
	}
	tag, err := r.newestTag(ctx)
	if err != nil {
		return choice{}, err
	}
	if tag != "" {
		return choice{ref: "refs/tags/" + tag, why: "it is the newest version before HEAD"}, nil
	}
	return choice{}, r.nothingToChoose(branch, shortName(ref))
}

// elsewhere reports whether HEAD is not on the default branch.
func (r *repository) elsewhere(ctx context.Context, branch, name, ref, head string) bool {
	if branch != "" {
		return branch != name
	}
	_, err := r.Git.Run(ctx, nil, "merge-base", "--is-ancestor", head, ref)
	return err != nil
}

// defaultBranch returns the full ref of the default branch (the remote's if it
// is known) and the branch's own name; "" if there is none.
func (r *repository) defaultBranch(ctx context.Context) (ref, name string) {
	out, err := r.Git.Run(ctx, nil, "for-each-ref", "--format=%(refname) %(symref)", "refs/heads/main", "refs/heads/master", "refs/remotes")
	if err != nil {
		return "", ""
	}
	symrefs := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		ref, target, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		symrefs[ref] = target
	}
	remote := git.DefaultRemote(r.Remotes(ctx))
	prefix := "refs/remotes/" + remote + "/"
	if target := symrefs[prefix+"HEAD"]; remote != "" && strings.HasPrefix(target, prefix) {
		if _, ok := symrefs[target]; ok {
			return target, strings.TrimPrefix(target, prefix)
		}
	}
	for _, place := range []string{"refs/heads/", prefix} {
		for _, name := range []string{"main", "master"} {
			if _, ok := symrefs[place+name]; ok {
				return place + name, name
			}
		}
	}
	return "", ""
}

func (r *repository) nothingToChoose(branch, ref string) error {
	why := "there is no default branch (origin/HEAD, main, master) and no version tag before HEAD"
	if ref != "" {
		why = fmt.Sprintf("HEAD is on the default branch (%s) and there is no version tag before it", ref)
		if branch == "" {
			why = fmt.Sprintf("the detached HEAD is on the default branch (%s) and there is no version tag before it", ref)
		}
	}
	next := "set oldBranch in goat.yaml, -base or GOAT_BASE to a tag, a branch, a commit or INIT"
	if r.Shallow {
		next += "; the clone is shallow: `git fetch --unshallow --tags` brings what is missing"
	}
	return fmt.Errorf("choosing a base for %s: %s: %s", r.Top, why, next)
}

// chooser returns what chooses a repository's base when none is set.
func (c *comparison) chooser(r *repository) chooser {
	return chooser{getenv: c.Getenv, skip: func(name string) bool { return c.owner.Vendors(r.Absolute(name)) }}
}
