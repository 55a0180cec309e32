package analyzers_test

import (
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

// BenchmarkPackageSites computes the points of net/http, once with one changed
// line in each file and once with everything changed. BenchmarkParse measures
// what parsing those files costs.
func BenchmarkPackageSites(b *testing.B) {
	for _, all := range []bool{false, true} {
		name := map[bool]string{false: "few", true: "all"}[all]
		b.Run(name, func(b *testing.B) {
			files := parseDir(b, filepath.Join(build.Default.GOROOT, "src/net/http"))
			for i := range files {
				files[i].All = all
				files[i].Lines = [][2]int{{100, 100}}
			}
			b.SetBytes(size(files))
			b.ReportAllocs()
			for b.Loop() {
				analyzers.PackageSites("net/http", point.Patch, files)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	files := parseDir(b, filepath.Join(build.Default.GOROOT, "src/net/http"))
	b.SetBytes(size(files))
	for b.Loop() {
		for _, f := range files {
			if _, err := parser.ParseFile(token.NewFileSet(), f.Rel, f.Src, analyzers.ParseMode); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func size(files []analyzers.FileInput) int64 {
	n := 0
	for _, f := range files {
		n += len(f.Src)
	}
	return int64(n)
}
