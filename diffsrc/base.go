package diffsrc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// refKind says what a base names; it decides what ModeAuto does.
type refKind int

const (
	kindCommit refKind = iota
	kindTag
	kindBranch
)

// resolveBase finds the commit whose tree a repository is compared with. c decides
// where no base is set.
func (r *repository) resolveBase(ctx context.Context, ref string, mode BaseMode, c chooser, log *slog.Logger) (Base, error) {
	if r.Head == "" {
		return Base{}, fmt.Errorf("resolving HEAD of %s: the repository has no commit yet (%w): commit, or set base INIT",
			r.Top, git.ErrUnavailable)
	}
	name, shown, why := ref, ref, ""
	if ref == "" {
		chosen, err := r.chooseBase(ctx, c)
		if err != nil {
			return Base{}, err
		}
		ref, name, why = chosen.ref, shortName(chosen.ref), chosen.why
		shown = cmp.Or(chosen.name, name)
	}
	if err := checkRef(ref); err != nil {
		return Base{}, err
	}
	what, err := r.classify(ctx, ref, log)
	if err != nil {
		return Base{}, err
	}
	commit, err := r.commitOf(ctx, what)
	switch {
	case err == nil:
		return r.applyMode(ctx, Base{Dir: r.Top, Ref: shown, Why: why, Mode: mode, Commit: commit}, r.Head, what.kind)
	case !errors.Is(err, git.ErrNoCommit) && git.ExitCode(err) < 0:
		return Base{}, err
	case errors.Is(err, git.ErrNoCommit), strings.HasPrefix(what.name, "refs/") && (what.noted || what.name != ref):
		return Base{}, fmt.Errorf("resolving base %q in %s: it names no commit, or one that is missing here: "+
			"run `git fsck`, or set oldBranch in goat.yaml, -base or GOAT_BASE", name, r.Top)
	}
	return Base{}, r.unknownRef(ctx, name)
}

// checkRef refuses what git would take for an option or cannot be a ref.
func checkRef(ref string) error {
	if strings.HasPrefix(ref, "-") || strings.ContainsAny(ref, "\x00\n\r") || strings.TrimSpace(ref) == "" {
		return fmt.Errorf("reading base %q: a base is a tag, a branch or a commit, HEAD or INIT: "+
			"set oldBranch in goat.yaml, -base or GOAT_BASE", ref)
	}
	if older, _, ok := strings.Cut(ref, ".."); ok && !strings.Contains(ref, ":") && !strings.Contains(ref, "^{/") {
		return fmt.Errorf("reading base %q: it is a range of commits, and a base is the older end of one: "+
			"set oldBranch in goat.yaml, -base or GOAT_BASE to %q", ref, cmp.Or(older, "HEAD"))
	}
	return nil
}

// revision is what a base names.
type revision struct {
	name string // full for a ref, else as it was given
	kind refKind
	// noted says that a witness has the object that the name stands for.
	noted bool
}

// commitOf returns the commit of what classify has named. The answer is noted
// only where it may change while HEAD, and the refs that classify asks for,
// stay as they are.
func (r *repository) commitOf(ctx context.Context, what revision) (string, error) {
	quiet := *r.Repository
	quiet.Git = r.Git.Fixed()
	switch name := what.name; {
	case name == "HEAD" || name == "@":
		return r.Head, nil
	case what.noted, len(name) == git.HashLength(r.Format) && git.IsHex(name):
		return quiet.Commit(ctx, name)
	case !strings.Contains(name, ":"):
		return r.Commit(ctx, name)
	}
	// Behind :/TEXT and COMMIT:PATH git takes ^{commit} for more of the text or
	// path, so that it is asked in two steps.
	object, err := r.Git.Line(ctx, "rev-parse", "--verify", "--quiet", what.name)
	if err != nil {
		return "", err
	}
	commit, err := quiet.Commit(ctx, object)
	if git.ExitCode(err) > 0 {
		err = git.ErrNoCommit
	}
	return commit, err
}

// InRepository reports whether a directory has a .git entry, or one above it.
func InRepository(dir string) bool { return git.Nearest(dir, nil) != "" }

// CheckedOut reports whether ref names the commit that is checked out in the
// repository around dir. Outside of a repository, and before the first commit,
// there is nothing to say against it.
func CheckedOut(ctx context.Context, dir, ref string) bool {
	r, err := openRepository(ctx, dir, nil)
	if err != nil || r.Head == "" {
		return true
	}
	commit, err := r.commitOf(ctx, revision{name: ref})
	return err == nil && commit == r.Head
}

// classify says what a base names. As in git itself a tag wins over a branch of
// the same name, and that over a remote one.
func (r *repository) classify(ctx context.Context, ref string, log *slog.Logger) (revision, error) {
	switch {
	case ref == "HEAD" || ref == "@":
		return revision{name: ref}, nil
	case strings.Contains(ref, "@{"):
		return r.classifyExpression(ctx, ref)
	case strings.ContainsAny(ref, "*?[\\^~: "): // no ref can be called that, and nothing of it stands for one
		return revision{name: ref}, nil
	}
	candidates := []string{"refs/" + ref, "refs/tags/" + ref, "refs/heads/" + ref, "refs/remotes/" + ref, "refs/remotes/" + ref + "/HEAD"}
	if strings.HasPrefix(ref, "refs/") {
		candidates = append([]string{ref}, candidates...)
	}
	out, err := r.Git.Run(ctx, nil, append([]string{"for-each-ref", "--format=%(refname) %(objectname) %(symref)"}, candidates...)...)
	if err != nil {
		return revision{}, err
	}
	leadsTo := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 1 {
			leadsTo[fields[0]] = fields[len(fields)-1] // another ref, or an object
		}
	}
	var found []string
	for _, c := range candidates {
		if leadsTo[c] != "" {
			found = append(found, c)
		}
	}
	if len(found) == 0 || len(ref) == git.HashLength(r.Format) && git.IsHex(ref) {
		return revision{name: ref}, nil
	}
	if len(found) > 1 {
		log.Warn("base names several refs", "base", ref, "used", found[0], "also", strings.Join(found[1:], " "))
	}
	kind := kindOf(found[0])
	if target := leadsTo[found[0]]; strings.HasPrefix(target, "refs/") {
		kind = kindOf(target)
	}
	return revision{found[0], kind, true}, nil
}

// classifyExpression has git say whether a revision with braces stands for a
// ref, as @{u}, main@{push} and @{-1} do, or for a commit, as main@{yesterday}.
func (r *repository) classifyExpression(ctx context.Context, ref string) (revision, error) {
	full, err := r.Git.Line(ctx, "rev-parse", "--verify", "--symbolic-full-name", ref)
	if err != nil && git.ExitCode(err) < 0 {
		return revision{}, err
	}
	if err == nil && strings.HasPrefix(full, "refs/") {
		return revision{name: full, kind: kindOf(full)}, nil
	}
	return revision{name: ref}, nil // commitOf finds out whether there is one
}

func kindOf(full string) refKind {
	switch {
	case strings.HasPrefix(full, "refs/tags/"):
		return kindTag
	case strings.HasPrefix(full, "refs/heads/"), strings.HasPrefix(full, "refs/remotes/"):
		return kindBranch
	}
	return kindCommit
}

// applyMode fills in the commit whose tree is compared, and the mode that
// ModeAuto stands for.
func (r *repository) applyMode(ctx context.Context, b Base, head string, kind refKind) (Base, error) {
	switch b.Mode {
	case "", ModeAuto:
		b.Mode = ModeDirect
		if kind == kindBranch {
			b.Mode = ModeMergeBase
		}
	case ModeDirect, ModeMergeBase, ModeRequire:
	default:
		return Base{}, fmt.Errorf("reading base mode %q: set baseMode to auto, direct, mergeBase or require", b.Mode)
	}
	b.Used = b.Commit
	if b.Mode == ModeDirect {
		return b, nil
	}
	if r.Shallow {
		if file, err := r.Git.Fixed().Line(ctx, "rev-parse", "--git-path", "shallow"); err == nil {
			if !filepath.IsAbs(file) {
				file = filepath.Join(r.Top, file)
			}
			r.Git.Witness.Saw(file) // how deep the history is
		}
	}
	common, err := r.Git.Fixed().Line(ctx, "merge-base", b.Commit, head)
	if err != nil && git.ExitCode(err) != 1 {
		return Base{}, fmt.Errorf("finding the merge base of %s and HEAD: %w", b.Ref, err)
	}
	switch {
	case common != "" && b.Mode == ModeMergeBase:
		b.Used = common
		return b, nil
	case common == b.Commit:
		return b, nil
	case r.Shallow:
		return Base{}, fmt.Errorf("finding the merge base of %s and HEAD: the clone is shallow: run `git fetch --unshallow`, "+
			"or set baseMode to direct", b.Ref)
	case b.Mode == ModeMergeBase:
		return Base{}, fmt.Errorf("finding the merge base of %s and HEAD: they have no commit in common: set baseMode to direct", b.Ref)
	}
	return Base{}, fmt.Errorf("checking base %s: it is not an ancestor of HEAD, as baseMode require asks: "+
		"merge or rebase onto it, or set baseMode to mergeBase or direct", b.Ref)
}

// unknownRef is the error for a base that names no commit here.
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

// whyUnknown says why a base names nothing, in git's words where those say
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

// fetchable reports whether a remote can be asked for ref: not for an
// expression such as HEAD~1, nor for an abbreviated hash, nor for what can be
// no ref.
func fetchable(ref string) bool {
	if strings.ContainsAny(ref, "~^:{ ") || ref == "HEAD" {
		return false
	}
	return !git.IsHex(ref) || len(ref) >= 40 || len(ref) < 4
}

// fetchSpec is what to fetch so that ref can be resolved afterwards.
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

// remoteOf returns the remote to fetch ref from, "" without remotes, and the
// branch's name there.
func (r *repository) remoteOf(ctx context.Context, ref string) (remote, branch string) {
	remotes := r.Remotes(ctx)
	for _, name := range remotes {
		if rest, ok := strings.CutPrefix(strings.TrimPrefix(ref, "refs/remotes/"), name+"/"); ok && rest != "" {
			return name, rest
		}
	}
	return git.DefaultRemote(remotes), ref
}
