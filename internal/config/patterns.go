package config

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Ignored reports whether a file gets no points. rel is relative to its
// module, with slashes.
func (c *Config) Ignored(rel string) bool {
	_, ok := c.IgnoredBy(rel)
	return ok
}

// IgnoredBy returns the first item of Ignores that a file gets no points for; ok
// is false where there is none. rel is as for Ignored.
func (c *Config) IgnoredBy(rel string) (pattern string, ok bool) {
	if len(c.Ignores) == 0 {
		return "", false
	}
	elements := strings.Split(rel, "/")
	for _, pattern := range c.Ignores {
		if ignores(pattern, elements) {
			return pattern, true
		}
	}
	return "", false
}

// ignores reports whether pattern matches the path or a directory above it.
func ignores(pattern string, elements []string) bool {
	anchored := strings.Contains(strings.TrimRight(pattern, "/"), "/")
	parts := split(pattern)
	if anchored || !isGlob(pattern) {
		return matchPrefix(parts, elements)
	}
	for _, name := range elements {
		if ok, _ := path.Match(parts[0], name); ok {
			return true
		}
	}
	return false
}

// split returns the elements of a path or glob; none for the module itself.
func split(pattern string) []string {
	cleaned := strings.TrimPrefix(path.Clean("/"+pattern), "/")
	if cleaned == "" {
		return nil
	}
	return strings.Split(cleaned, "/")
}

// matchPrefix reports whether the pattern matches the first elements of the
// path, which includes everything below a matched directory. "**" matches any
// number of elements.
func matchPrefix(pattern, elements []string) bool {
	// reach[i] says whether the pattern so far can end before elements[i].
	// Tracking all ends at once avoids exponential time for many "**".
	reach := make([]bool, len(elements)+1)
	reach[0] = true
	for _, part := range pattern {
		next := make([]bool, len(elements)+1)
		for i, ok := range reach {
			if !ok {
				continue
			}
			if part == "**" {
				for j := i; j < len(next); j++ {
					next[j] = true
				}
				break
			}
			if i < len(elements) {
				if ok, _ := path.Match(part, elements[i]); ok {
					next[i+1] = true
				}
			}
		}
		reach = next
	}
	for _, ok := range reach {
		if ok {
			return true
		}
	}
	return false
}

func isGlob(pattern string) bool { return strings.ContainsAny(pattern, `*?[\`) }

// checkIgnore says what is wrong with an item of ignores.
func checkIgnore(pattern string) string {
	switch {
	case pattern == "":
		return "an empty path ignores nothing; remove the item"
	case strings.HasPrefix(pattern, "!"):
		return fmt.Sprintf("%q: exceptions with ! are not known; list what is ignored only", pattern)
	case pattern == ".." || strings.HasPrefix(pattern, "../"):
		return fmt.Sprintf("%q leaves the module; write the path from the module's root", pattern)
	}
	for _, part := range split(pattern) {
		if _, err := path.Match(part, ""); err != nil {
			return fmt.Sprintf("%q is not a valid glob; close each [ with a ]", pattern)
		}
	}
	return ""
}

// IsMainEntry reports whether a main package serves its points. moduleRelDir is
// the package's directory relative to its module, with slashes; "." for the
// module's root.
func (c *Config) IsMainEntry(importPath, moduleRelDir string) bool {
	return slices.ContainsFunc(c.Entries(), func(entry string) bool { return c.IsEntry(entry, importPath, moduleRelDir) })
}

// Entries returns the items of mainEntries.
func (c *Config) Entries() []string {
	var entries []string
	for _, item := range c.MainEntries {
		for entry := range strings.SplitSeq(item, ",") {
			entries = append(entries, strings.TrimSpace(entry))
		}
	}
	return entries
}

// IsEntry reports whether one item of Entries matches a main package.
func (c *Config) IsEntry(entry, importPath, moduleRelDir string) bool {
	return isEntry(entry, importPath, path.Clean("/" + moduleRelDir)[1:])
}

// isEntry matches one item of mainEntries. dir is "" for the module's root.
func isEntry(entry, importPath, dir string) bool {
	if entry == "*" {
		return true
	}
	if local, ok := strings.CutPrefix(entry, "."); ok && (local == "" || local[0] == '/') {
		return matchEntry(path.Clean("/" + local)[1:], dir)
	}
	entry = strings.TrimSuffix(entry, "/")
	return matchEntry(entry, importPath) || matchEntry(entry, dir)
}

// MatchPackages reports whether a package pattern of the go command matches an
// import path or a directory. "..." matches any string, and "/..." at the end
// also matches nothing. "*" has no special meaning.
func MatchPackages(pattern, name string) bool {
	return pattern == name || strings.Contains(pattern, "...") && matches(regexp.QuoteMeta(pattern), name)
}

// matchEntry is MatchPackages where "*" matches any string in one element.
func matchEntry(pattern, name string) bool {
	if !strings.Contains(pattern, "*") {
		return MatchPackages(pattern, name)
	}
	return matches(strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `[^/]*`), name)
}

// matches takes a regular expression in which "..." is quoted.
func matches(expr, name string) bool {
	expr = strings.ReplaceAll(expr, `\.\.\.`, `.*`)
	if rest, ok := strings.CutSuffix(expr, `/.*`); ok {
		expr = rest + `(/.*)?`
	}
	re, err := regexp.Compile(`^(?s:` + expr + `)$`)
	return err == nil && re.MatchString(name) // an error means invalid UTF-8
}

// checkMainEntry says what is wrong with an item of mainEntries.
func checkMainEntry(item string) string {
	for entry := range strings.SplitSeq(item, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			return "an empty entry names no main package; remove it or write \"*\""
		}
		if entry == ".." || strings.HasPrefix(entry, "../") {
			return fmt.Sprintf("%q leaves the module; write the directory from the module's root or the import path", entry)
		}
	}
	return ""
}

// MatchComponent reports whether a component's patterns match a package; "./x" is
// relative to the package's own module.
func MatchComponent(patterns []string, path, module string) bool {
	for _, pattern := range patterns {
		if pattern == "." || strings.HasPrefix(pattern, "./") {
			pattern = strings.TrimSuffix(module+strings.TrimPrefix(pattern, "."), "/")
		}
		if MatchPackages(pattern, path) {
			return true
		}
	}
	return false
}
