package git

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A partial clone lacks objects that its remote promised to deliver. git
// fetches them one by one when it needs them. goat fetches them all at once,
// and only through fetch.go. This is the one case in which it adds objects to a
// user's repository.

// FetchMissing fetches the files of a base that the repository lacks. files
// maps names to blobs.
func (r *Repository) FetchMissing(ctx context.Context, s *Scratch, files map[string]string) error {
	missing, err := s.missing(ctx, slices.Collect(maps.Values(files)))
	if err != nil || len(missing) == 0 {
		return err
	}
	if missing, err = r.fetch(ctx, s, missing); err != nil && len(missing) > 0 {
		return fmt.Errorf("reading %s of the base: %w", nameMissing(files, missing), err)
	}
	return err
}

// nameMissing names one of the missing files and says how many more there are.
func nameMissing(files map[string]string, missing []string) string {
	var names []string
	for name, oid := range files {
		if slices.Contains(missing, oid) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "blob " + missing[0]
	}
	first := slices.Min(names)
	text := fmt.Sprintf("%s (blob %s)", first, files[first])
	if len(names) > 1 {
		text += fmt.Sprintf(" and %d more files", len(names)-1)
	}
	return text
}

// missing returns the objects that do not exist.
func (s *Scratch) missing(ctx context.Context, oids []string) ([]string, error) {
	all := slices.Compact(slices.Sorted(slices.Values(oids)))
	if len(all) == 0 {
		return nil, nil
	}
	out, err := s.Git.Run(ctx, strings.NewReader(strings.Join(all, "\n")+"\n"), "cat-file", "--batch-check=%(objectname)")
	if err != nil {
		return nil, fmt.Errorf("looking for files of the base: %w", err)
	}
	var missing []string
	for line := range strings.Lines(string(out)) {
		if oid, ok := strings.CutSuffix(strings.TrimSuffix(line, "\n"), " missing"); ok {
			missing = append(missing, oid)
		}
	}
	return missing, nil
}

// fetch fetches objects from the remotes that promised them, in git's order. It
// returns the objects that it could not get, and why.
func (r *Repository) fetch(ctx context.Context, s *Scratch, oids []string) (missing []string, err error) {
	settings, err := r.fetchSettings(ctx)
	if err != nil {
		return oids, err
	}
	missing = oids
	var failed []error
	for _, remote := range settings.promisors {
		if err := r.fetchFrom(ctx, settings, remote, missing); err != nil {
			failed = append(failed, err)
		}
		if ctx.Err() != nil {
			return missing, ctx.Err()
		}
		if missing, err = s.missing(ctx, missing); err != nil || len(missing) == 0 {
			return missing, err
		}
	}
	switch {
	case len(settings.promisors) == 0:
		return missing, advised{fmt.Errorf("the repository %s is damaged and lacks it: run `git fetch --refetch %s` there, "+
			"and `git fsck` to see what else is missing", r.Top, cmp.Or(r.someRemote(ctx), "URL-OF-A-COMPLETE-CLONE"))}
	case len(failed) == 0:
		failed = append(failed, errors.New("the remote does not have it"))
	}
	name := settings.promisors[0]
	return missing, advised{fmt.Errorf("this partial clone lacks it, and it cannot be fetched from %s: %w: see that `git fetch %s` works in %s, "+
		"or get everything with `git fetch --refetch --no-filter %s`", strings.Join(settings.promisors, " or "), errors.Join(failed...), name, r.Top, name)}
}

// someRemote returns a remote that the user may ask.
func (r *Repository) someRemote(ctx context.Context) string {
	remotes := r.Remotes(ctx)
	if name := DefaultRemote(remotes); name != "" || len(remotes) == 0 {
		return name
	}
	return remotes[0]
}

// Blob returns a file of the base. name is in the form that git rev-parse takes
// (COMMIT:PATH). A partial clone fetches the file if needed. found is false if
// the base has no such file.
func (r *Repository) Blob(ctx context.Context, name string) (content []byte, found bool, err error) {
	g := r.Git.Fixed()
	if content, err = g.Run(ctx, nil, "cat-file", "blob", name); err == nil {
		return content, true, nil
	}
	oid, unknown := g.Line(ctx, "rev-parse", "--verify", "--quiet", name)
	if ExitCode(err) < 0 || unknown != nil && ExitCode(unknown) < 0 {
		return nil, false, err
	}
	if unknown != nil || !IsHex(oid) {
		return nil, false, nil
	}
	if err := r.fetchOne(ctx, oid); err != nil {
		return nil, true, fmt.Errorf("reading %s: %w", name, err)
	}
	content, err = g.Run(ctx, nil, "cat-file", "blob", oid)
	return content, true, err
}

// FetchTree fetches the trees of a commit that the clone lacks.
func (r *Repository) FetchTree(ctx context.Context, commit string) error {
	out, err := r.Git.Fixed().Run(ctx, nil, "cat-file", "commit", commit)
	if err != nil {
		return err
	}
	oid, ok := strings.CutPrefix(FirstLine(string(out)), "tree ")
	if !ok {
		return fmt.Errorf("reading commit %s: it has no tree", commit)
	}
	return r.fetchOne(ctx, oid)
}

// fetchOne fetches one object. A tree comes with all trees below it, but no
// blobs.
func (r *Repository) fetchOne(ctx context.Context, oid string) error {
	s, err := NewScratch(r, "")
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err = r.fetch(ctx, s, []string{oid}); err != nil {
		return fmt.Errorf("reading object %s: %w", oid, err)
	}
	return nil
}
