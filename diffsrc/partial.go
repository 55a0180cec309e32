package diffsrc

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// fetchMissing brings the base's files into a partial clone that lacks them,
// in one fetch, as git itself would do one by one when it needs them. It is
// the one case in which a repository gets new objects.
func (r *repository) fetchMissing(ctx context.Context, s *scratch, tree *baseTree) error {
	if !r.partial {
		return nil
	}
	missing, err := s.missing(ctx, tree)
	if err != nil || len(missing) == 0 {
		return err
	}
	remote, err := r.git.line(ctx, "config", "extensions.partialClone")
	if err != nil || remote == "" {
		remote = "origin"
	}
	// Not a question: a witness must not ask it again.
	_, err = r.git.fixed().run(ctx, strings.NewReader(strings.Join(missing, "\n")+"\n"), "-c", "fetch.negotiationAlgorithm=noop",
		"fetch", remote, "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin")
	if err != nil {
		return fmt.Errorf("fetching %d files of the base that this partial clone lacks: %w: "+
			"see that %s can be reached, or clone without --filter", len(missing), err, remote)
	}
	return nil
}

// missing returns the blobs of a tree that are not there.
func (s *scratch) missing(ctx context.Context, tree *baseTree) ([]string, error) {
	var all []string
	for _, oid := range tree.files {
		all = append(all, oid)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	out, err := s.git.run(ctx, strings.NewReader(strings.Join(all, "\n")+"\n"), "cat-file", "--batch-check=%(objectname)")
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

// globQuote makes a path match only itself.
func globQuote(path string) string {
	return strings.NewReplacer("*", `[*]`, "?", `[?]`, "[", `[[]`).Replace(path)
}
