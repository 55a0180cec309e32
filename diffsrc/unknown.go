package diffsrc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// unknownRef is the error for a base that no commit here has.
func (r *repository) unknownRef(ctx context.Context, ref string) error {
	text := fmt.Sprintf("resolving base %q in %s: %s", ref, r.Top, r.whyUnknown(ctx, ref))
	if near := r.nearRefs(ctx, ref); len(near) > 0 {
		text += " (did you mean " + strings.Join(near, ", ") + "?)"
	}
	remote, branch := r.remoteOf(ctx, ref)
	switch {
	case strings.Contains(ref, "@{"):
		text += ": `git branch -vv` and `git reflog` show what there is (`git branch --set-upstream-to=REMOTE/BRANCH` sets what @{u} stands for); " +
			"or set oldBranch in goat.yaml, -base or GOAT_BASE to another base"
	case remote == "":
		text += ": set oldBranch in goat.yaml, -base or GOAT_BASE"
	case r.Shallow && !fetchable(ref):
		text += fmt.Sprintf(": the clone is shallow: run `git fetch --unshallow --tags %s`", remote)
	case !fetchable(ref):
		text += fmt.Sprintf(": run `git fetch --tags %s` if the remote has it, or set oldBranch in goat.yaml, -base or GOAT_BASE", remote)
	case r.Shallow:
		text += fmt.Sprintf(": the clone is shallow: run `git fetch --depth=1 %s %s`, or `git fetch --unshallow --tags %s`",
			remote, fetchSpec(remote, ref, branch), remote)
	default:
		text += fmt.Sprintf(": run `git fetch %s %s` if the remote has it, or set oldBranch in goat.yaml, -base or GOAT_BASE",
			remote, fetchSpec(remote, ref, branch))
	}
	return errors.New(text)
}

// whyUnknown says why a base cannot be resolved, in git's words if they say
// more.
func (r *repository) whyUnknown(ctx context.Context, ref string) string {
	_, err := r.Git.Fixed().Line(ctx, "rev-parse", "--verify", ref)
	if err == nil {
		return git.ErrNoCommit.Error()
	}
	var failed *git.Error
	if errors.As(err, &failed) && failed.Stderr != "" && !strings.Contains(failed.Stderr, "Needed a single revision") {
		return failed.Reason()
	}
	return "no such tag, branch or commit"
}

// fetchable reports whether a remote can be asked for ref. It cannot be for an
// expression such as HEAD~1, an abbreviated hash, or a name that no ref can
// have.
func fetchable(ref string) bool {
	if strings.ContainsAny(ref, "~^:{ ") || ref == "HEAD" {
		return false
	}
	return !git.IsHex(ref) || len(ref) >= 40 || len(ref) < 4
}

// fetchSpec returns the refspec whose fetch makes ref resolvable.
func fetchSpec(remote, ref, branch string) string {
	switch {
	case git.IsHex(ref) && len(ref) >= 40:
		return ref
	case branch != ref:
		return fmt.Sprintf("+refs/heads/%s:refs/remotes/%s/%s", branch, remote, branch)
	case semver.IsValid(ref):
		return fmt.Sprintf("tag %s", ref)
	}
	return fmt.Sprintf("%s:%s", ref, ref)
}

// remoteOf returns the remote to fetch ref from ("" if there is none) and the
// name of the branch on it.
func (r *repository) remoteOf(ctx context.Context, ref string) (remote, branch string) {
	remotes := r.Remotes(ctx)
	for _, name := range remotes {
		if rest, ok := strings.CutPrefix(strings.TrimPrefix(ref, "refs/remotes/"), name+"/"); ok && rest != "" {
			return name, rest
		}
	}
	return git.DefaultRemote(remotes), ref
}

func shortName(full string) string {
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/"} {
		if name, ok := strings.CutPrefix(full, prefix); ok {
			return name
		}
	}
	return full
}

// nearRefs returns up to three refs, or abbreviations of refs, that ref may be
// a misspelling of.
func (r *repository) nearRefs(ctx context.Context, ref string) []string {
	out, err := r.Git.Run(ctx, nil, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return nil
	}
	type near struct {
		name     string
		distance int
	}
	var list []near
	for line := range strings.Lines(string(out)) {
		name := shortName(strings.TrimSuffix(line, "\n"))
		if d := distance(strings.ToLower(ref), strings.ToLower(name)); d <= 2 || strings.HasSuffix(name, "/"+ref) {
			list = append(list, near{name, d})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return a.distance - b.distance })
	var names []string
	for _, word := range []string{InitRef, "HEAD"} {
		if strings.EqualFold(ref, word) {
			names = append(names, word)
		}
	}
	for _, n := range list {
		if len(names) < 3 && !slices.Contains(names, n.name) {
			names = append(names, n.name)
		}
	}
	return names
}

// distance counts insertions, deletions and replacements of bytes between a and
// b. It returns 3 for any number above 2.
func distance(a, b string) int {
	if len(a) > len(b)+2 || len(b) > len(a)+2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return min(row[len(b)], 3)
}
