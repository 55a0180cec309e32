package diffsrc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// chooseBase picks the base of a repository for which none is set, and returns
// its full name, since a tag may be called like a branch: on a branch other than the default one, the default branch; on the default
// branch the newest version tag before HEAD. A detached HEAD is treated as
// the default branch when that contains it (a build of a release), else as
// another branch (a pull request's checkout).
func (r *repository) chooseBase(ctx context.Context, head string) (string, error) {
	branch, err := r.Git.Line(ctx, "symbolic-ref", "--quiet", "HEAD")
	if err != nil && git.ExitCode(err) != 1 {
		return "", fmt.Errorf("reading HEAD of %s: %w", r.Top, err)
	}
	branch = strings.TrimPrefix(branch, "refs/heads/")
	ref, name := r.defaultBranch(ctx)
	if ref != "" && r.elsewhere(ctx, branch, name, ref, head) {
		return ref, nil
	}
	tag, err := r.newestTag(ctx, head)
	if err != nil {
		return "", err
	}
	if tag != "" {
		return "refs/tags/" + tag, nil
	}
	return "", r.nothingToChoose(branch, shortName(ref))
}

// elsewhere reports whether HEAD is not on the default branch.
func (r *repository) elsewhere(ctx context.Context, branch, name, ref, head string) bool {
	if branch != "" {
		return branch != name
	}
	_, err := r.Git.Run(ctx, nil, "merge-base", "--is-ancestor", head, ref)
	return err != nil
}

// defaultBranch returns the default branch's full name, the remote's where that
// is known, and the branch's own; "" if there is none to be found.
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

// newestTag returns the highest version tag (vX.Y.Z, semver's order) of the
// commits before head, "" if there is none. For a module in a subdirectory
// its own tags (sub/vX.Y.Z) are taken when there are any.
func (r *repository) newestTag(ctx context.Context, head string) (string, error) {
	out, err := r.Git.Run(ctx, nil, "for-each-ref", "--merged="+head,
		"--format=%(refname:strip=2) %(objectname) %(*objectname)", "refs/tags")
	if err != nil {
		return "", fmt.Errorf("listing the tags of %s: %w", r.Top, err)
	}
	prefix := ""
	if r.first != "." && r.first != "" {
		prefix = r.first + "/"
	}
	var own, plain []string
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || slices.Contains(fields[1:], head) {
			continue
		}
		if version, ok := strings.CutPrefix(fields[0], prefix); ok && prefix != "" && looksLikeVersion(version) {
			own = append(own, version)
		} else if looksLikeVersion(fields[0]) {
			plain = append(plain, fields[0])
		}
	}
	if len(own) > 0 {
		return prefix + slices.MaxFunc(own, semver.Compare), nil
	}
	if len(plain) > 0 {
		return slices.MaxFunc(plain, semver.Compare), nil
	}
	return "", nil
}

// looksLikeVersion reports whether a tag is a full semantic version, vX.Y.Z.
func looksLikeVersion(tag string) bool {
	version, _, _ := strings.Cut(tag, "+")
	return semver.IsValid(tag) && semver.Canonical(tag) == version
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
