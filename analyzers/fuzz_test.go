package analyzers_test

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

// Any file that parses gets valid sites, whatever its effective lines.
func FuzzPackageSites(f *testing.F) {
	for _, src := range []string{
		"package p\nfunc f() { if x { return } else if y { goto l }; l: for range z { select {} } }",
		"package p\nvar x = func() { switch a := b.(type) { case int: fallthrough; default: } }\n//goat:ignore\nfunc init() {}",
		"package p\nfunc (*T[K]) m() { a: ; { break a }; var x = []int{1, func() int { return 2 }()}; const c = 1 // +goat:insert\n}",
		"//goat:ignore\n\npackage p\n//line x.go:10\nfunc _() { select { case <-a: // +goat:insert\n case b <- `\n`: } }",
		"\ufeffpackage p\r\nimport \"C\"\r\n//export f\r\nfunc f() { func() {}() }\r\nfunc g() { panic(1); ; }",
	} {
		f.Add([]byte(src), uint8(0), uint8(255))
		f.Add([]byte(src), uint8(2), uint8(1))
	}
	f.Fuzz(func(t *testing.T, src []byte, first, n uint8) {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", src, analyzers.ParseMode)
		if err != nil {
			return
		}
		in := analyzers.FileInput{Fset: fset, File: file, Src: src, Rel: "a.go", Lines: [][2]int{{int(first), int(first) + int(n)}}, All: n == 255}
		for _, g := range point.Granularities() {
			files := []analyzers.FileInput{in}
			checkSites(t, files, analyzers.PackageSites("p", g, files))
		}
	})
}
