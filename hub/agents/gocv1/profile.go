package gocv1

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/report/profile"
)

// profile asks the agents for their profiles and answers with the merged one. It
// also stores what they say.
func (c *center) profile(w http.ResponseWriter, r *http.Request) error {
	asked, err := readAsked(w, r)
	if err != nil {
		return &problem{http.StatusExpectationFailed, err}
	}
	targets, err := c.visible(r, auth.Read)
	if err != nil {
		return err
	}
	if targets, err = asked.chosen(targets, asked.Force); err != nil {
		return &problem{http.StatusExpectationFailed, err}
	}
	profiles, err := c.pull(r.Context(), targets, &asked)
	if err == nil && len(profiles) == 0 {
		err = errors.New("no profiles")
	}
	if err != nil {
		return &problem{http.StatusExpectationFailed, err}
	}
	merged, _ := profile.Merge(profiles...)
	if err := asked.filter(merged); err != nil {
		return &problem{http.StatusInternalServerError, err}
	}
	text, err := merged.AppendText(nil)
	if err != nil {
		return err
	}
	w.Write(text)
	return nil
}

// filter keeps the files that match a pattern of coverfile, without those that
// match one of skipfile.
func (p *ProfileParam) filter(merged *profile.Profile) error {
	for _, f := range []struct {
		patterns []string
		does     string
		function string
		keep     bool
	}{{p.Cover, "filter", "filterProfile", true}, {p.Skip, "skip", "skipProfile", false}} {
		if len(f.patterns) == 0 {
			continue
		}
		kept, err := keep(merged.Files, f.patterns, f.keep)
		if err != nil {
			return fmt.Errorf("failed to %s profile based on the patterns: %v, error: %s failed with %w", f.does, f.patterns, f.function, err)
		}
		merged.Files = kept
	}
	return nil
}

// keep returns the files that match a pattern, or the other ones if keep is false.
// An invalid pattern is an error if there is any file.
func keep(files []profile.File, patterns []string, keep bool) (kept []profile.File, err error) {
	var compiled []*regexp.Regexp
	for _, pattern := range patterns {
		re, err := regexp.Compile(pattern)
		if err != nil && len(files) > 0 {
			return nil, fmt.Errorf("pattern %s for profile %s, err: %w", pattern, files[0].Name, err)
		}
		compiled = append(compiled, re)
	}
	for _, file := range files {
		if slices.ContainsFunc(compiled, func(re *regexp.Regexp) bool { return re.MatchString(file.Name) }) == keep {
			kept = append(kept, file)
		}
	}
	return kept, nil
}
