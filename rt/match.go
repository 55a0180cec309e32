package rt

import "strings"

// pattern is a text in which a star stands for any string. It is split once
// and then compared with many strings. One comparison reads the string once:
// it takes the leftmost place for each literal part, which needs no
// backtracking, whatever the pattern is.
type pattern struct {
	parts []string // what is between the stars; without a star just one
	least int      // bytes of all parts: a shorter string does not match
}

func newPattern(text, star string) pattern {
	all := strings.Split(text, star)
	p := pattern{parts: all[:1:1], least: len(all[0])}
	for i, part := range all[1:] {
		if part == "" && i < len(all)-2 {
			continue // stars side by side are one
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

// matcher is true for the strings that one of its patterns matches. It
// remembers the last answer: points that follow each other are of one file,
// often of one function. It is for one goroutine.
type matcher struct {
	patterns []pattern
	exact    []string // also matched as they are
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

// newPackageMatcher reads package patterns of the go command: "..." is any
// string, and a final "/..." matches the path before it too.
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

// newTextMatcher reads a filter's values: an exact text, or one with * for any
// string, slashes included. path.Match will not do, function names hold
// brackets and stars of their own.
func newTextMatcher(texts []string) *matcher {
	m := &matcher{exact: texts}
	for _, text := range texts {
		if strings.Contains(text, "*") {
			m.patterns = append(m.patterns, newPattern(text, "*"))
		}
	}
	return m
}
