package terminal_test

import (
	"slices"
	"testing"

	"github.com/goat-trace/goat/internal/terminal"
)

func TestParseKey(t *testing.T) {
	t.Parallel()
	for input, want := range map[string][]terminal.Key{
		"aß日":                   {"a", "ß", "日"},
		"\x1b[A\x1bOB\x1b[6~j":  {terminal.KeyUp, terminal.KeyDown, terminal.KeyPageDown, "j"},
		"\x1b":                  {terminal.KeyEscape},
		"\x1b\x1b[D":            {terminal.KeyEscape, terminal.KeyLeft},
		"\x1b[1;5C\x1b[5;2~":    {terminal.KeyRight, terminal.KeyPageUp},
		"\x1b[200~x":            {"", "x"}, // a pasted text begins: no key
		"\r\t\x7f\x03\x1a\x00q": {terminal.KeyEnter, terminal.KeyTab, terminal.KeyBackspace, terminal.KeyInterrupt, terminal.KeySuspend, "", "q"},
		"\xff":                  {""},
	} {
		var got []terminal.Key
		for rest := []byte(input); len(rest) > 0; {
			key, size := terminal.ParseKey(rest)
			if size == 0 {
				t.Fatalf("%q: got nothing of %q", input, rest)
			}
			got, rest = append(got, key), rest[size:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", input, got, want)
		}
	}
	if key, size := terminal.ParseKey([]byte("\xe6\x97")); key != "" || size != 0 {
		t.Errorf("half a character: got %q and %d, want that more is to come", key, size)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte("\x1b[1;5Cx"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			_, size := terminal.ParseKey(b)
			if size == 0 {
				return
			}
			if size < 0 || size > len(b) {
				t.Fatalf("got %d bytes of %d", size, len(b))
			}
			b = b[size:]
		}
	})
}
