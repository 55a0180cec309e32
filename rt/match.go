package rt

import "strings"

// pattern is a text in which a star matches any string. It is split once and
// then compared with many strings. A comparison reads the string once: it takes
// the leftmost place for each literal part, so it never backtracks.
type pattern struct {
	parts []string // the texts between the stars; only one without a star
	least int      // length of all parts; shorter strings cannot match
}

func newPattern(text, star string) pattern {
	all := strings.Split(text, star)
	p := pattern{parts: all[:1:1], least: len(all[0])}
	for i, part := range all[1:] {
		if part == "" && i < len(all)-2 {
			continue // consecutive stars are like one
		}
		p.parts = append(p.parts, part)
		p.least += len(part)
	}
	return p
}

func (p pattern) matches(s string) bool {
	n := len(p.parts)
	if n == 1 {
		return p.parts[0] == s
	}
	first, last := p.parts[0], p.parts[n-1]
	if len(s) < p.least || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p.parts[1 : n-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}

// matcher is true for strings that match one of its patterns. It remembers the
// last answer, because consecutive points are in the same file and often in the
// same function. It is not safe for concurrent use.
type matcher struct {
	patterns []pattern
	exact    []string // also matched literally
	known    bool
	last     string
	matched  bool
}

func (m *matcher) matches(s string) bool {
	if !m.known || m.last != s {
		m.known, m.last, m.matched = true, s, m.find(s)
	}
	return m.matched
}

func (m *matcher) find(s string) bool {
	for _, text := range m.exact {
		if text == s {
			return true
		}
	}
	for _, p := range m.patterns {
		if p.matches(s) {
			return true
		}
	}
	return false
}

// newPackageMatcher reads package patterns of the go command: "..." matches any
// string, and a final "/..." also matches the path before it.
func newPackageMatcher(texts []string) *matcher {
	m := &matcher{}
	for _, text := range texts {
		m.patterns = append(m.patterns, newPattern(text, "..."))
		if parent, ok := strings.CutSuffix(text, "/..."); ok {
			m.patterns = append(m.patterns, newPattern(parent, "..."))
		}
	}
	return m
}

// newTextMatcher reads a filter's values: an exact text, or one in which *
// matches any string, including slashes. path.Match is no use, because function
// names contain brackets and stars.
func newTextMatcher(texts []string) *matcher {
	m := &matcher{exact: texts}
	for _, text := range texts {
		if strings.Contains(text, "*") {
			m.patterns = append(m.patterns, newPattern(text, "*"))
		}
	}
	return m
}
