package terminal_test

import (
	"testing"

	"github.com/goat-trace/goat/internal/terminal"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"a pipe has no width", 0, "a pipe has no width"},
		{"it fits", 20, "it fits"},
		{"  name  some words that do not fit here", 24, "  name some words that\n    do not fit here"},
		{"one averyveryveryverylongword two", 20, "one\n    averyveryveryverylongword\n    two"},
		{"宽 宽 宽 宽 宽 宽 宽 宽 宽", 20, "宽 宽 宽 宽 宽 宽 宽\n    宽 宽"},
		{"too narrow to be broken at all", 18, "too narrow to be broken at all"},
	}
	for _, test := range tests {
		if got := terminal.Wrap(test.text, test.width, "    "); got != test.want {
			t.Errorf("Wrap(%q, %d): got\n%s\nwant\n%s", test.text, test.width, got, test.want)
		}
	}
}
