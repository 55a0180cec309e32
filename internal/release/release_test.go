package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const checkout = "../.."

// TestInstall does what a user does with a release: go install by version. The
// checkout itself is left alone.
func TestInstall(t *testing.T) {
	before := read(t, checkout+"/hub/go.mod") + read(t, checkout+"/hub/go.sum")
	h, err := prepare(checkout, "v0.9.9", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	said, err := h.install()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(said)
	mod, sum := read(t, h.dir+"/go.mod"), read(t, h.dir+"/go.sum")
	if strings.Contains(mod, "replace") || !strings.Contains(mod, rootPath+" v0.9.9\n") {
		t.Errorf("got the go.mod\n%swant v0.9.9 of the root and no replacement", mod)
	}
	if !strings.Contains(sum, rootPath+" v0.9.9 h1:") {
		t.Errorf("got the go.sum\n%swant the root's checksum in it", sum)
	}
	if after := read(t, checkout+"/hub/go.mod") + read(t, checkout+"/hub/go.sum"); after != before {
		t.Errorf("the checkout's hub/go.mod and hub/go.sum have changed to\n%s", after)
	}

	// With the replacement left in, the same installation is refused.
	if err := copyFile(checkout+"/hub/go.mod", h.dir+"/go.mod"); err != nil {
		t.Fatal(err)
	}
	h.version = "v0.9.10"
	if err := h.serve(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.install(); err == nil || !strings.Contains(err.Error(), "replace") {
		t.Errorf("installing a hub with a replacement: got the error %v, want one about it", err)
	}
}

// TestUsage refuses what is no version before it does anything.
func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"1.2.3"}, {"v1.2"}, {"v1.2.3", "v1.2.4"}} {
		var said strings.Builder
		if code := run(args, &said, &said); code != 2 || !strings.HasPrefix(said.String(), "usage: ") {
			t.Errorf("release %q: got exit code %d and %q, want 2 and the usage", args, code, said.String())
		}
	}
}

func TestRequireRoot(t *testing.T) {
	dir := t.TempDir()
	h := hub{dir: dir, version: "v1.2.3"}
	const other = "module example.com/hub\n\ngo 1.26\n\nrequire github.com/goat-trace/goat v0.0.0\n\nreplace (\n\tgithub.com/goat-trace/goat => ../\n\texample.com/other => ../other\n)\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(other), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := h.requireRoot(); err == nil || !strings.Contains(err.Error(), "replaces example.com/other") {
		t.Errorf("got the error %v, want one that names the other replacement", err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
