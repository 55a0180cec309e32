package diffsrc

import (
	"context"
	"slices"
	"strings"
)

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

func shortName(full string) string {
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/"} {
		if name, ok := strings.CutPrefix(full, prefix); ok {
			return name
		}
	}
	return full
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
