package rt

import "strings"

// matchPackages reports whether a package pattern of the go command matches an
// import path: "..." is any string, and a final "/..." matches the path before
// it too.
func matchPackages(pattern, path string) bool {
	if parent, ok := strings.CutSuffix(pattern, "/..."); ok && wildcard(parent, path, "...") {
		return true
	}
	return wildcard(pattern, path, "...")
}

// matchText reports whether a filter's value matches: exactly, or with * for
// any string, slashes included. path.Match will not do, function names hold
// brackets and stars of their own.
func matchText(pattern, s string) bool {
	return pattern == s || strings.Contains(pattern, "*") && wildcard(pattern, s, "*")
}

// wildcard matches s against a pattern in which star stands for any string. It
// takes the leftmost place for each literal part, which needs no backtracking.
func wildcard(pattern, s, star string) bool {
	parts := strings.Split(pattern, star)
	if len(parts) == 1 {
		return pattern == s
	}
	first, middle, last := parts[0], parts[1:len(parts)-1], parts[len(parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range middle {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}
