// Package codeowners says whose a file is by a CODEOWNERS file, as GitHub reads
// it.
//
// In: the file's text, and paths in the repository. Out: owners, and what of the
// text GitHub does not read either. It is pure; Locations says where the file is
// looked for.
//
// The patterns are those of gitignore, but for: no "!", no "[a-z]", no "\#"; and
// what ends with "/*" does not reach into directories. GitLab's sections are not
// known.
package codeowners

import (
	"fmt"
	"regexp"
	"strings"
)

// MaxBytes is how much GitHub reads of a file, at most.
const MaxBytes = 3 << 20

// Locations returns where the file may be, in a repository; the first one counts.
func Locations() []string {
	return []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}
}

// Rules are what a file says.
type Rules struct {
	rules []rule
	known map[string][]string
}

type rule struct {
	pattern *regexp.Regexp
	owners  []string
}

// Parse reads a file. What is wrong with a line leaves out the line, and is told
// with its number.
func Parse(text string) (*Rules, []error) {
	r := &Rules{known: make(map[string][]string)}
	var problems []error
	n := 0
	for line := range strings.Lines(text) {
		n++
		pattern, owners := split(line)
		if pattern == "" {
			continue
		}
		expression, err := translate(pattern)
		if err == nil {
			err = checkOwners(owners)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("line %d is left out, as GitHub does: %w", n, err))
			continue
		}
		r.rules = append(r.rules, rule{expression, owners})
	}
	return r, problems
}

// Owners returns whose a file is, nil for nobody's. The path has slashes and begins
// at the top of the repository. The last rule that matches decides; it may name
// nobody. Owners is for one goroutine.
func (r *Rules) Owners(path string) []string {
	if owners, ok := r.known[path]; ok {
		return owners
	}
	var owners []string
	for i := len(r.rules) - 1; i >= 0; i-- {
		if r.rules[i].pattern.MatchString(path) {
			owners = r.rules[i].owners
			break
		}
	}
	r.known[path] = owners
	return owners
}

// split returns a line's pattern and owners. A blank in a pattern has a backslash
// before it, and a comment begins where a word does.
func split(line string) (pattern string, owners []string) {
	words := strings.Fields(strings.ReplaceAll(line, `\ `, "\x00"))
	for i, word := range words {
		if strings.HasPrefix(word, "#") {
			words = words[:i]
			break
		}
	}
	if len(words) == 0 {
		return "", nil
	}
	return strings.ReplaceAll(words[0], "\x00", " "), words[1:]
}

func checkOwners(owners []string) error {
	for _, owner := range owners {
		if at := strings.IndexByte(owner, '@'); at < 0 || at == len(owner)-1 {
			return fmt.Errorf("%q is no owner; write @user, @organisation/team or an email address", owner)
		}
	}
	return nil
}

// translate makes a regular expression of a pattern.
func translate(pattern string) (*regexp.Regexp, error) {
	switch {
	case strings.HasPrefix(pattern, "!"):
		return nil, fmt.Errorf("%q excludes; name the owners of the exception in a later line", pattern)
	case strings.ContainsAny(pattern, "[]"):
		return nil, fmt.Errorf("%q has a range; write a line for each", pattern)
	case strings.HasPrefix(pattern, `\#`):
		return nil, fmt.Errorf("%q begins with an escaped #, which is not read", pattern)
	}
	path := strings.TrimSuffix(pattern, "/")
	anchored := strings.Contains(path, "/")
	path = strings.TrimPrefix(path, "/")
	if path == "" { // "/" is everything
		return regexp.MustCompile(""), nil
	}
	var b strings.Builder
	b.WriteString("(?s)^")
	if !anchored {
		b.WriteString("(?:.*/)?")
	}
	segments := strings.Split(path, "/")
	last := len(segments) - 1
	for i, segment := range segments {
		switch {
		case segment == "**" && i == last:
			b.WriteString(".*")
		case segment == "**":
			b.WriteString("(?:.*/)?")
			continue
		default:
			b.WriteString(quote(segment))
		}
		if i < last {
			b.WriteString("/")
		}
	}
	switch {
	case strings.HasSuffix(pattern, "/"):
		b.WriteString("/.*$") // a directory
	case last > 0 && segments[last] == "*":
		b.WriteString("$")
	default:
		b.WriteString("(?:/.*)?$") // a file, or all of a directory
	}
	return regexp.Compile(b.String())
}

// quote translates what is between two slashes. A backslash takes the meaning
// of what follows.
func quote(segment string) string {
	var b strings.Builder
	escaped := false
	for _, r := range segment {
		switch {
		case escaped:
			b.WriteString(regexp.QuoteMeta(string(r)))
			escaped = false
		case r == '\\':
			escaped = true
		case r == '*':
			b.WriteString("[^/]*")
		case r == '?':
			b.WriteString("[^/]")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return b.String()
}
