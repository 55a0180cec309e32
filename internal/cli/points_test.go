package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

// binary writes a file that has the manifests in the same form as a binary.
func binary(t *testing.T, main *manifest.Main, packages ...manifest.Package) string {
	t.Helper()
	data := bytes.Repeat([]byte("machine code "), 1000)
	for _, p := range packages {
		data = append(manifest.AppendPackage(data, p), "more"...)
	}
	if main != nil {
		data = append(manifest.AppendMain(data, *main), "the end"...)
	}
	file := filepath.Join(t.TempDir(), "app")
	if err := os.WriteFile(file, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

var (
	testMain = manifest.Main{
		Package: "example.com/app", App: "app", Base: "v1.0.0", BaseCommit: "0123456789abcdef0123456789abcdef01234567",
		BaseMode: "auto", Source: "blame", Granularity: "patch", DataType: "bool", Serve: "http", Goat: "v0.1.0",
		Components: []manifest.Component{{Name: "billing", Patterns: []string{"example.com/app/billing/..."}}},
	}
	testPackages = []manifest.Package{
		{Path: "example.com/app/billing", Module: "example.com/app", Points: []manifest.Point{
			{File: "billing/pay.go", Func: "(*T).Pay", Kind: "stmt", Line: 12, EndLine: 14, Lines: [][2]int{{12, 12}, {14, 14}}, Decl: 1, Ordinal: 2},
			{File: "billing/pay.go", Func: "(*T).Pay", Kind: "else", Line: 20, EndLine: 20, Decl: 1, Ordinal: 5},
		}},
		{Path: "example.com/app", Module: "example.com/app", Points: []manifest.Point{
			{File: "main.go", Func: "main", Kind: "stmt", Line: 5, EndLine: 5, Lines: [][2]int{{5, 5}}},
		}},
	}
)

func TestPoints(t *testing.T) {
	got := goat("points", binary(t, &testMain, testPackages...))
	id := manifest.StableID
	want := result{0, "example.com/app: 3 tracking points, patch, base v1.0.0 (0123456789ab)\n\n" +
		"ID  POSITION              FUNC      KIND  STABLE ID\n" +
		" 1  main.go:5             main      stmt  " + id(0, "stmt", 0) + "\n" +
		" 2  billing/pay.go:12-14  (*T).Pay  stmt  " + id(1, "stmt", 2) + "\n" +
		" 3  billing/pay.go:20     (*T).Pay  else  " + id(1, "else", 5) + "\n", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

func TestPointsJSON(t *testing.T) {
	got := goat("points", "-json", binary(t, &testMain, testPackages...))
	var report struct {
		Version int
		Mains   []map[string]any
		Points  []map[string]any
	}
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil {
		t.Fatalf("got %+v, want JSON: %v", got, err)
	}
	if report.Version != 2 || len(report.Mains) != 1 || len(report.Points) != 3 {
		t.Fatalf("got %s, want version 2, one main and three points", got.Stdout)
	}
	wantMain := map[string]any{
		"package": "example.com/app", "app": "app", "base": "v1.0.0", "baseCommit": testMain.BaseCommit, "baseMode": "auto",
		"source": "blame", "granularity": "patch", "dataType": "bool", "serve": "http", "goat": "v0.1.0",
		"components": map[string]any{"billing": []any{"example.com/app/billing/..."}},
	}
	if diff := cmp.Diff(wantMain, report.Mains[0]); diff != "" {
		t.Errorf("main (-want +got):\n%s", diff)
	}
	wantPoint := map[string]any{
		"id": float64(3), "stableId": manifest.StableID(1, "else", 5),
		"package": "example.com/app/billing", "module": "example.com/app", "file": "billing/pay.go",
		"line": float64(20), "endLine": float64(20), "lines": []any{}, "func": "(*T).Pay", "kind": "else",
	}
	if diff := cmp.Diff(wantPoint, report.Points[2]); diff != "" {
		t.Errorf("last point (-want +got):\n%s", diff)
	}
}

func TestPointsOfOtherFiles(t *testing.T) {
	got := goat("points", binary(t, &manifest.Main{Package: "example.com/app", Granularity: "patch"}))
	want := result{0, "example.com/app: 0 tracking points, patch, built without line sets\n", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("binary without points (-want +got):\n%s", diff)
	}
	if got := goat("points", binary(t, nil)); got.Code != 1 || !strings.Contains(got.Stderr, "build it with -toolexec=goat-exec") {
		t.Errorf("got %+v, want an error with the next step", got)
	}
	damaged := manifest.AppendMain(nil, testMain)
	damaged[len(damaged)-1] ^= 0xff
	file := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(file, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := goat("points", file); got.Code != 1 || !strings.Contains(got.Stderr, "copy or build it again") {
		t.Errorf("got %+v, want an error with the next step", got)
	}
	for version, want := range map[byte]string{
		1: "format 1, an older goat's, and this goat reads format 3; rebuild the program with this goat",
		9: "format 9, a newer goat's, and this goat reads format 3; update goat",
	} {
		other := manifest.AppendPackage(nil, testPackages[0])
		other[8] = version
		if err := os.WriteFile(file, append(other, manifest.AppendPackage(nil, testPackages[1])...), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"points", file}, {"points", "-json", file}} {
			if got := goat(args...); got.Code != 1 || got.Stdout != "" || !strings.Contains(got.Stderr, file+": ") || !strings.Contains(got.Stderr, want) {
				t.Errorf("got %+v, want an error that names the file and %q", got, want)
			}
		}
	}
	if got := goat("points", t.TempDir()); got.Code != 1 || !strings.Contains(got.Stderr, "check that it is a file you may read") {
		t.Errorf("got %+v, want an error with the next step", got)
	}
}
