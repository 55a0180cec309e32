package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHunt runs the hunt as docs/tracing.md has it: the commands are those of the
// page, and each leads on.
func TestHunt(t *testing.T) {
	t.Chdir("../..")
	var out, stderr bytes.Buffer
	if err := show(t.TempDir(), false, &out, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	text := out.String()
	page, err := os.ReadFile(filepath.Join("..", "docs", "tracing.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hunt {
		if !strings.Contains(string(page), h.command) {
			t.Errorf("docs/tracing.md does not have %q", h.command)
		}
	}
	for _, want := range []string{
		"Look at this step next:\n     39  main.go:90",
		"wrote cents = 557, for step 38",
		"main.go:44  cents = cents - cut   (wrote cents = 557, for step 21)",
		"it wrote cents = 557, which step 38 uses",
		"This is where it goes wrong:",
		"main.go:43  cut := cents / 100 * o.Discount",
		"this decided otherwise: the loop went on",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got no %q in\n%s", want, text)
		}
	}
}
