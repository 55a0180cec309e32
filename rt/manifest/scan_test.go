package manifest_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

func named(path string) manifest.Package {
	return manifest.Package{Path: path, Points: []manifest.Point{{File: "f.go", Func: "F", Kind: "func", Line: 1, EndLine: 2}}}
}

func scanned(t *testing.T, r io.Reader) (packages, mains []string) {
	t.Helper()
	ps, ms, err := manifest.Scan(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		packages = append(packages, p.Path)
	}
	for _, m := range ms {
		mains = append(mains, m.Package)
	}
	return packages, mains
}

// Blobs are at both ends, side by side, across the boundaries of Scan's reads,
// and repeated.
func TestScanFindsEachBlobOnce(t *testing.T) {
	noise := make([]byte, 3<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	m := manifest.AppendMain(nil, manifest.Main{Package: "main"})
	b := manifest.AppendPackage(nil, named("b"))
	for shift := range len(b) + 2 {
		binary := append(bytes.Clone(b), noise[:1<<20-len(b)-shift]...)
		binary = append(binary, manifest.AppendPackage(nil, named("a"))...)
		binary = append(binary, m...)
		binary = append(binary, noise[:shift]...)
		binary = append(binary, b...)
		binary = append(binary, m...)
		packages, mains := scanned(t, bytes.NewReader(binary))
		if diff := cmp.Diff([]string{"a", "b"}, packages); diff != "" {
			t.Fatalf("shift %d, packages (-want +got):\n%s", shift, diff)
		}
		if diff := cmp.Diff([]string{"main"}, mains); diff != "" {
			t.Fatalf("shift %d, mains (-want +got):\n%s", shift, diff)
		}
	}
}

func TestScanNeedsNoFullReads(t *testing.T) {
	data := append([]byte("some text"), manifest.AppendPackage(nil, named("a"))...)
	packages, _ := scanned(t, iotest.OneByteReader(bytes.NewReader(data)))
	if diff := cmp.Diff([]string{"a"}, packages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A blob of several megabytes must be found completely.
func TestScanLargeBlob(t *testing.T) {
	p := named("large")
	for i := range 300_000 {
		p.Points = append(p.Points, manifest.Point{File: "f.go", Func: "F", Kind: "stmt", Line: i * 1000, EndLine: i*1000 + 300, Lines: [][2]int{{i, i}}})
	}
	packages, _, err := manifest.Scan(bytes.NewReader(manifest.AppendPackage(manifest.AppendPackage(nil, p), named("small"))))
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) != 2 || len(packages[0].Points) != 300_001 {
		t.Errorf("got %d packages, want 2, the first with 300,001 points", len(packages))
	}
}

func TestScanReturnsWhatItFindsBesideDamage(t *testing.T) {
	whole := manifest.AppendPackage(nil, named("whole"))
	broken := manifest.AppendPackage(nil, named("broken"))
	broken[len(broken)-1] ^= 1
	huge := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(huge[10:], 1<<31-1)
	for name, before := range map[string][]byte{
		"checksum": broken,
		"length":   huge,
		"nested":   whole[:9], // a magic, with the complete blob inside what it claims
	} {
		t.Run(name, func(t *testing.T) {
			packages, _, err := manifest.Scan(bytes.NewReader(append(bytes.Clone(before), whole...)))
			if !errors.Is(err, manifest.ErrDamaged) {
				t.Errorf("got %v, want an error of ErrDamaged", err)
			}
			if len(packages) != 1 || packages[0].Path != "whole" {
				t.Errorf("got %v, want the whole one", packages)
			}
		})
	}
}

func TestScanReportsReadErrors(t *testing.T) {
	cause := errors.New("disk on fire")
	data := manifest.AppendPackage(nil, named("a"))
	packages, _, err := manifest.Scan(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(cause)))
	if !errors.Is(err, cause) || len(packages) != 1 {
		t.Errorf("got %d packages and %v, want one and the reader's error", len(packages), err)
	}
}

// This test program contains the decoder and the encoder, but no blob. Scan
// must not find the magic in it.
func TestScanOfADecoderFindsNothing(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packages, mains := scanned(t, f)
	if len(packages)+len(mains) != 0 {
		t.Errorf("got %v and %v, want nothing", packages, mains)
	}
}
