package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/coverage"
)

// narrower keeps the part of releases that flags ask for.
type narrower struct{ commit, version, component string }

func (t *narrower) narrow(releases []*coverage.Release) ([]*coverage.Release, error) {
	if t.commit != "" {
		all := releases
		releases = slices.DeleteFunc(slices.Clone(all), func(r *coverage.Release) bool { return !strings.HasPrefix(r.Build.Commit, t.commit) })
		if len(releases) == 0 && len(all) > 0 {
			return nil, fmt.Errorf("nothing that was read is built from commit %s; leave -commit out to see what is", t.commit)
		}
	}
	if t.version != "" {
		all := releases
		releases = slices.DeleteFunc(slices.Clone(all), func(r *coverage.Release) bool { return r.Build.Version != t.version })
		if len(releases) == 0 && len(all) > 0 {
			return nil, fmt.Errorf("nothing that was read has version %s; leave -version out to see what is", t.version)
		}
	}
	if t.component == "" || len(releases) == 0 {
		return releases, nil
	}
	var narrow []*coverage.Release
	var unknown error
	for _, r := range releases {
		part, err := r.Narrow(splitNames(t.component))
		if err == nil {
			narrow = append(narrow, part)
		}
		unknown = cmp.Or(unknown, err)
	}
	if len(narrow) == 0 {
		return nil, unknown
	}
	return narrow, nil
}

func splitNames(text string) []string {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
