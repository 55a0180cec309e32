package terminal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/terminal"
)

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain\ttext\n":       "plain\ttext\n",
		"größer 日本語 \u00a0":   "größer 日本語 \u00a0",
		"a\x1b[31mred":        `a\x1b[31mred`,
		"bell\a, back\b\r":    `bell\a, back\b\r`,
		"\u009b2J":            `\u009b2J`,
		"\x9b2J":              `\x9b2J`, // the same in a terminal that is not in UTF-8
		"\x7f\u0085":          `\x7f\u0085`,
		"\u202egpj.exe":       `\u202egpj.exe`,
		"\U000e0001":          `\U000e0001`,
		"\ufffd is printable": "\ufffd is printable",
	} {
		if got := terminal.Text(text); got != want {
			t.Errorf("Text(%q): got %q, want %q", text, got, want)
		}
	}
	if got, want := terminal.Line("a\nb.go:3: \tforged"), `a\nb.go:3: \tforged`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := terminal.Word("a\x9b"), `"a\x9b"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEveryControl leaves no control character, of one byte or as a rune.
func TestEveryControl(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0x100; r++ {
		for _, text := range []string{string(r), string([]byte{byte(r)})} {
			for what, got := range map[string]string{"Text": terminal.Text(text), "Line": terminal.Line(text), "Word": terminal.Word(text), "JSON": string(terminal.JSON([]byte(text)))} {
				allowed := ""
				if what == "Text" || what == "JSON" {
					allowed = "\n\t\r"
				}
				for _, c := range got {
					if unicode.IsControl(c) && !strings.ContainsRune(allowed, c) {
						t.Errorf("%s(%q): got %q, want no control character", what, text, got)
					}
				}
			}
		}
	}
}

// TestJSON says the same as before.
func TestJSON(t *testing.T) {
	t.Parallel()
	text := []byte("{\"a\u009b\":\"\U000e0001 \x7f ü\",\r\n\t\"b\":1}")
	got := terminal.JSON(text)
	if want := `{"a\u009b":"\udb40\udc01 \u007f ü",` + "\r\n\t" + `"b":1}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var before, after any
	if err := errors.Join(json.Unmarshal(text, &before), json.Unmarshal(got, &after)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("decoded: got +, want -:\n%s", diff)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestOutput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err        error
		code, want int
		says       string
	}{
		{nil, 0, 0, ""},
		{nil, 2, 2, ""},
		{syscall.ENOSPC, 0, 1, "cmd: writing to standard output: write: no space left on device; make room or write elsewhere\n"},
		{syscall.ENOSPC, 3, 3, "cmd: writing to standard output: write: no space left on device; make room or write elsewhere\n"},
		{syscall.EPIPE, 0, 1, ""},
	} {
		var w failing
		if c.err != nil {
			w.err = fmt.Errorf("write: %w", c.err)
		}
		out := terminal.NewOutput(w)
		for range 3 {
			fmt.Fprintln(out, "text")
		}
		var stderr strings.Builder
		if got := out.Code(c.code, "cmd", &stderr); got != c.want || stderr.String() != c.says {
			t.Errorf("%v after %d: got %d and %q, want %d and %q", c.err, c.code, got, stderr.String(), c.want, c.says)
		}
	}
}
