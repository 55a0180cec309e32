package review

import (
	"fmt"
	"strings"
)

// Verdict is a release in a sentence.
type Verdict struct {
	// Good is yes, no, or unknown where nothing can be said.
	Good   string
	Title  string
	Detail string
}

// Verdict says whether all changed code has run, and if not what is missing.
func (v *Review) Verdict() Verdict {
	t := &v.Totals
	switch {
	case !v.Has() && len(v.Waiting) > 0:
		return Verdict{"unknown", "Nothing can be said yet", "The manifest of its build has not arrived: which code was changed is not known."}
	case !v.Has():
		return Verdict{"unknown", "There is nothing to decide by", "Its build has no tracking points: no code was changed since its base, or it was not built with goat."}
	case t.Covered() == 0 && t.Excused == 0:
		return Verdict{"no", fmt.Sprintf("None of %s of changed code has run yet", plural(t.Wanted(), "point", "points")), ""}
	case t.Never > 0:
		return Verdict{"no", fmt.Sprintf("Not yet: %d of %s of changed code never ran", t.Never, plural(t.Wanted(), "point", "points")), v.missing()}
	case t.Covered() == 0 && t.Excused > 0:
		return Verdict{"yes", "All changed code is excused", ""}
	case t.Some > 0:
		return Verdict{"yes", "All changed code has run", fmt.Sprintf("%s ran in some instances only.", plural(t.Some, "point", "points"))}
	}
	return Verdict{"yes", "All changed code has run, in all instances", ""}
}

// missing says whose the code is that never ran, and how much of it handles errors.
func (v *Review) missing() string {
	var parts []string
	never := v.Select(Filter{State: "never"})
	if v.Owned {
		groups := GroupBy("owner", never)
		part := fmt.Sprintf("Most of it is of %s: %d.", groups[0].Label, groups[0].Never)
		if groups[0].Never == len(never) {
			part = fmt.Sprintf("All of it is of %s.", groups[0].Label)
		}
		parts = append(parts, part)
	}
	if n := v.Totals.ErrorPaths; n > 0 {
		parts = append(parts, fmt.Sprintf("%s in error paths.", plural(n, "of them is", "of them are")))
	}
	return strings.Join(parts, " ")
}
