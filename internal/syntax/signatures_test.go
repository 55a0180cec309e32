package syntax_test

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/syntax"
)

func TestSignatures(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"function", "func f(a, b int) (c error) { g() }", "func f(a, b int) (c error) {"},
		{"over lines", "func f(\n\ta int,\n) {\n}", "func f(\n\ta int,\n) {"},
		{"method", "func (t *T[K]) m() {}", "func (t *T[K]) m() {"},
		{"generic", "func f[K comparable, V any](m map[K]V) {}", "func f[K comparable, V any](m map[K]V) {"},
		{"doc comment is not part of it", "// f does.\nfunc f() {}", "func f() {"},
		{"comments within are", "func f( /* x */ ) {}", "func f( /* x */ ) {"},
		{"without a body", "func f(a int)", ""},
		{"literals", "func f() { g(func(a int) { func() {}() }) }", "func f() { | func(a int) { | func() {"},
		{"package-level literal", "var x = func() T { return nil }", "func() T {"},
		{"function types are none", "type t func(); var x func(func()); func f(g func()) func() {}", "func f(g func()) func() {"},
		{"interface methods are none", "type t interface{ m() }", ""},
		{"literal in an array's length", "func f(a [len([1]func(){func() {}})]int) {}", "func f(a [len([1]func(){…})]int) { | func() {"},
		{"literal in a receiver", "func (t T[[len([1]func(){func() {}})]int]) f() {}", "func (t T[[len([1]func(){…})]int]) f() { | func() {"},
		{"literal in a literal's result", "var x = func() [len([1]func(){func() {}})]int { return y }", "func() [len([1]func(){…})]int { | func() {"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := "package p\n" + c.src + "\n"
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			var own [][]syntax.Extent
			for _, s := range syntax.Signatures(file) {
				own = append(own, s.Own)
			}
			if diff := cmp.Diff(c.want, extentTexts(fset, src, own)); diff != "" {
				t.Errorf("own texts (-want +got):\n%s", diff)
			}
		})
	}
}
