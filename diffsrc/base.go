package diffsrc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// refKind is what kind of ref a base is. ModeAuto decides by it.
type refKind int

const (
	kindCommit refKind = iota
	kindTag
	kindBranch
)

// resolveBase finds the commit whose tree a repository is compared with. c chooses
// one if ref is "".
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

// checkRef refuses names that git would take for an option or that no ref can
// have.
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

// revision is a base before it is resolved to a commit.
type revision struct {
	name string // the full name of a ref, otherwise as given
	kind refKind
	// noted says that the witness already has the object that name resolves to.
	noted bool
}

// commitOf returns the commit of a revision. The witness gets the answer only
// if it can change while HEAD and the refs that classify asked for stay the
// same.
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
	// After :/TEXT and COMMIT:PATH git would read ^{commit} as part of the text
	// or path, so this takes two steps.
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

// InRepository reports whether a directory or one above it has a .git entry.
func InRepository(dir string) bool { return git.Nearest(dir, nil) != "" }

// CheckedOut reports whether ref names the commit that is checked out in the
// repository around dir. It is also true outside a repository and before the
// first commit, where nothing speaks against it.
func CheckedOut(ctx context.Context, dir, ref string) bool {
	r, err := openRepository(ctx, dir, nil)
	if err != nil || r.Head == "" {
		return true
	}
	commit, err := r.commitOf(ctx, revision{name: ref})
	return err == nil && commit == r.Head
}

// classify says what kind of ref a base is. As in git, a tag wins over a branch
// of the same name, and a branch over a remote branch.
func (r *repository) classify(ctx context.Context, ref string, log *slog.Logger) (revision, error) {
	switch {
	case ref == "HEAD" || ref == "@":
		return revision{name: ref}, nil
	case strings.Contains(ref, "@{"):
		return r.classifyExpression(ctx, ref)
	case strings.ContainsAny(ref, "*?[\\^~: "): // no ref has such a name
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
			leadsTo[fields[0]] = fields[len(fields)-1] // the ref that a symbolic ref points to, otherwise an object
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

// classifyExpression asks git whether a revision with braces is a ref, as @{u},
// main@{push} and @{-1} are, or a commit, as main@{yesterday} is.
func (r *repository) classifyExpression(ctx context.Context, ref string) (revision, error) {
	full, err := r.Git.Line(ctx, "rev-parse", "--verify", "--symbolic-full-name", ref)
	if err != nil && git.ExitCode(err) < 0 {
		return revision{}, err
	}
	if err == nil && strings.HasPrefix(full, "refs/") {
		return revision{name: full, kind: kindOf(full)}, nil
	}
	return revision{name: ref}, nil // commitOf finds out whether it exists
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

// applyMode fills in the commit whose tree is compared, and resolves ModeAuto.
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
			r.Git.Witness.Saw(file) // it records where the history ends
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
