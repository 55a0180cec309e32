package rewrite_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// BenchmarkInstrument parses files, finds points and rewrites, with everything
// changed.
func BenchmarkInstrument(b *testing.B) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		b.Fatal(err)
	}
	var sources [][]byte
	total := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		sources = append(sources, src)
		total += len(src)
	}
	b.SetBytes(int64(total))
	for b.Loop() {
		for i, src := range sources {
			instrumentAll(b, files[i], src)
		}
	}
}

func instrumentAll(b *testing.B, name string, src []byte) {
	b.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, analyzers.ParseMode)
	if err != nil {
		b.Fatal(err)
	}
	sites := analyzers.PackageSites("example.com/p", point.Patch, []analyzers.FileInput{{Fset: fset, File: file, Src: src, Rel: name, All: true}})
	var hits []rewrite.Hit
	for _, s := range sites[0] {
		hits = append(hits, rewrite.Hit{Site: s, Code: "if c[1]==0{c[1]=1}"})
	}
	if _, err := rewrite.Insert(rewrite.UserFile("/"+name, src, fset, file), hits); err != nil {
		b.Fatal(err)
	}
}
