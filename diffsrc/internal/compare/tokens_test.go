package compare

import (
	"bytes"
	"testing"
)

func TestScan(t *testing.T) {
	tests := []struct{ a, b string }{
		{"f(a,\nb,\n)", "f(a, b)"},
		{"[]int{\n1,\n}", "[]int{1}"},
		{"a[\n1,\n]", "a[1]"},
		{"{ a(); b(); }", "{\na()\nb()\n}"},
		{"import (\n\"x\"\n)", "import (\"x\")"},
		{"x /* a */ + y // b", "x + y"},
		{"0XAB + 1E9", "0xab + 1e9"},
		{"`a\r\nb`", "`a\nb`"},
		{"\ufeffx", "x"},
	}
	for _, tt := range tests {
		if a, b := scan([]byte(tt.a)), scan([]byte(tt.b)); !sameTokens(a, b) {
			t.Errorf("got %v for %q, want %v as for %q", a, tt.a, b, tt.b)
		}
	}
	for _, tt := range []struct{ a, b string }{{"return\nx", "return x"}, {"`a`", "\"a\""}, {"a", "b"}, {"'a'", "'A'"}} {
		if sameTokens(scan([]byte(tt.a)), scan([]byte(tt.b))) {
			t.Errorf("got the same tokens for %q and %q, want others", tt.a, tt.b)
		}
	}
	if lines := bytes.Count([]byte("a\n`\n\n`"), []byte{'\n'}) + 1; scan([]byte("a\n`\n\n`\nb"))[2].end != lines {
		t.Errorf("got a raw string that ends on another line than %d", lines)
	}
}
