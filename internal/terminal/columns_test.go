package terminal_test

import (
	"testing"

	"github.com/goat-trace/goat/internal/terminal"
)

func TestColumns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "größer": 6, "日本": 4, "e\u0301": 1, "…": 1, "한글": 4, "✗": 1} {
		if got := terminal.Columns(text); got != want {
			t.Errorf("%q: got %d columns, want %d", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text        string
		width       int
		right, left string
	}{
		{"abc", 3, "abc", "abc"},
		{"abcd", 3, "ab…", "…cd"},
		{"日本語", 4, "日…", "…語"},
		{"abc", 1, "…", "…"},
		{"abc", 0, "", ""},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…", "…e\u0301"},
	} {
		if got := terminal.Cut(test.text, test.width); got != test.right {
			t.Errorf("Cut(%q, %d): got %q, want %q", test.text, test.width, got, test.right)
		}
		if got := terminal.CutLeft(test.text, test.width); got != test.left {
			t.Errorf("CutLeft(%q, %d): got %q, want %q", test.text, test.width, got, test.left)
		}
	}
}
