package oracle_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/proof/oracle"
)

func TestWants(t *testing.T) {
	dir := t.TempDir()
	text := "package x // want: hit\n\n} // want: stmt miss, else hit\n// no want here\nx() // want: none\n"
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := oracle.Wants(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []oracle.Want{
		{File: "x.go", Line: 1, Hit: true},
		{File: "x.go", Line: 3, Kind: "stmt"},
		{File: "x.go", Line: 3, Kind: "else", Hit: true},
		{File: "x.go", Line: 5, None: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("wants differ (-want +got):\n%s", diff)
	}

	items := []oracle.Item{
		{File: "x.go", Line: 1, Kind: "func", Count: 2},
		{File: "x.go", Line: 3, Kind: "stmt"},
		{File: "x.go", Line: 3, Kind: "else", Count: 1},
	}
	if problems := oracle.CheckWants(got, items); len(problems) > 0 {
		t.Errorf("got %q, want no problem", problems)
	}
	items[1].Count, items[2].Count = 1, 0
	items[0].Line = 5
	if problems := oracle.CheckWants(got, items); len(problems) != 4 {
		t.Errorf("got %q, want a problem for each comment", problems)
	}
}

func TestWantsRefusesOtherWords(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("package x // want: maybe\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := oracle.Wants(dir); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
