package rt

import "testing"

func TestMatchPackages(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"a/b", "a/b", true},
		{"a/b", "a/bc", false},
		{"...", "anything/at/all", true},
		{"a/...", "a", true},
		{"a/...", "a/b/c", true},
		{"a/...", "ab", false},
		{"a...", "ab", true},
		{"a/.../z", "a/b/c/z", true},
		{"a/.../z", "a/z", false},
		{"a/.../z/...", "a/b/z", true},
		{"...b...b...", "aba", false},
		{"...b...b...", "abab", true},
		{"", "a", false},
		{"a*", "ab", false},
		{"a/......", "a/b", true},
	} {
		if got := newPackageMatcher([]string{test.pattern}).matches(test.path); got != test.want {
			t.Errorf("package pattern %q, %q: got %t, want %t", test.pattern, test.path, got, test.want)
		}
	}
}

func TestMatchText(t *testing.T) {
	for _, test := range []struct {
		pattern, s string
		want       bool
	}{
		{"(*T).M", "(*T).M", true}, // literally, although it contains a star
		{"(*T).M", "(*XT).M", true},
		{"*.M", "(*T).M", true},
		{"F", "F.func1", false},
		{"F*", "F.func1", true},
		{"internal/*.go", "internal/deep/x.go", true},
		{"ab*bc", "abc", false}, // the parts must not overlap
		{"*", "", true},
		{"**", "", true},
		{"a***b", "ab", true},
		{"a***b", "a", false},
		{"**a**a**", "aba", true},
		{"**a**a**", "ab", false},
	} {
		if got := newTextMatcher([]string{test.pattern}).matches(test.s); got != test.want {
			t.Errorf("text %q, %q: got %t, want %t", test.pattern, test.s, got, test.want)
		}
	}
}
