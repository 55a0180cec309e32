package server

import (
	"bytes"
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	tests := []struct {
		args           string
		code           int
		stdout, stderr string // what each begins with
	}{
		{"version", exitOK, "goat-hub ", ""},
		{"version now", exitUsage, "", "goat-hub: unknown command"},
		{"serv", exitUsage, "", "goat-hub: unknown command"},
		{"help", exitOK, "Show what has run", ""},
	}
	for _, test := range tests {
		var stdout, stderr bytes.Buffer
		code := Main(strings.Fields(test.args), strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		if code != test.code {
			t.Errorf("goat-hub %s: got exit code %d, want %d", test.args, code, test.code)
		}
		if got := stdout.String(); !strings.HasPrefix(got, test.stdout) || test.stdout == "" && got != "" {
			t.Errorf("goat-hub %s: got stdout %q, want %q…", test.args, got, test.stdout)
		}
		if got := stderr.String(); !strings.HasPrefix(got, test.stderr) || test.stderr == "" && got != "" {
			t.Errorf("goat-hub %s: got stderr %q, want %q…", test.args, got, test.stderr)
		}
	}
}
