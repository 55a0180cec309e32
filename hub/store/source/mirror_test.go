package source_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/store/source"
)

var ctx = context.Background()

const files = `
-- go.mod --
module example.com/shop
-- shop.go --
package shop // at the top
-- cart/cart.go --
package cart
-- cart/testdata/x.go --
package x
-- tools/go.mod --
module example.com/shop/tools/v2
-- tools/gen/gen.go --
package gen
-- other/go.mod --
module "example.org/other"
-- other/o.go --
package other
-- vendor/example.net/lib/lib.go --
package lib
-- testdata/m/go.mod --
module example.com/testdata
-- testdata/m/m.go --
package m
`

func TestReading(t *testing.T) {
	r := newRepo(t)
	r.write(files)
	if err := errors.Join(os.Symlink("cart/cart.go", filepath.Join(r.dir, "link.go")), os.Symlink("/etc/passwd", filepath.Join(r.dir, "out.go")),
		os.Symlink("../../../etc/passwd", filepath.Join(r.dir, "up.go")), os.Symlink("loop.go", filepath.Join(r.dir, "loop.go"))); err != nil {
		t.Fatal(err)
	}
	first := r.commit()
	r.file("shop.go", "package shop // changed\n")
	second := r.commit()
	m := newUser(t).mirror(t, r.dir)

	tree := open(t, m, first[:10])
	if tree.Commit() != first {
		t.Errorf("got commit %s of %s, want %s", tree.Commit(), first[:10], first)
	}
	wantFile(t, tree, "shop.go", "package shop // at the top\n")
	wantFile(t, tree, "link.go", "package cart\n")
	wantFile(t, open(t, m, second), "shop.go", "package shop // changed\n")
	for _, name := range []string{"gone.go", "cart", "out.go", "up.go", "loop.go", "cart/cart.go/x", "", ".", "..", "/shop.go", "../x", "./shop.go", "a\nb", "a\x00b", "-x", ":shop.go", "shop.go\n" + second + ":shop.go"} {
		if data, err := tree.ReadFile(ctx, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("file %q: got %q, %v, want ErrNotExist", name, data, err)
		}
	}
	wantFile(t, tree, "shop.go", "package shop // at the top\n") // the answers still belong to the questions

	for name, want := range map[string]string{
		"example.com/shop/shop.go":             "package shop // at the top\n",
		"example.com/shop/cart/cart.go":        "package cart\n",
		"example.com/shop/tools/v2/gen/gen.go": "package gen\n",
		"example.org/other/o.go":               "package other\n",
		"example.net/lib/lib.go":               "package lib\n",
	} {
		if got, err := tree.Source(ctx, name); err != nil || string(got) != want {
			t.Errorf("source of %s: got %q, %v, want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"example.com/shop/other/o.go", "example.com/shop/cart/testdata/x.go", "example.com/testdata/m.go", "fmt/print.go",
		"/build/shop.go", "command-line-arguments/shop.go", "example.com/shop/../shop/shop.go", "./shop.go", ""} {
		data, err := tree.Source(ctx, name)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("source of %q: got %q, %v, want ErrNotExist", name, data, err)
		}
	}
	_, err := tree.Source(ctx, "example.com/shop/gen.go")
	wantError(t, err, "example.com/shop/gen.go is not in "+r.dir+" at commit "+first[:12], "generated")
	for file, want := range map[string]string{
		"shop.go": "example.com/shop/shop.go", "cart/cart.go": "example.com/shop/cart/cart.go", "tools/gen/gen.go": "example.com/shop/tools/v2/gen/gen.go",
		"other/o.go": "example.org/other/o.go", "vendor/example.net/lib/lib.go": "", "cart/testdata/x.go": "", "go.mod": "", "_x/a.go": "",
	} {
		if got := tree.Name(file); got != want {
			t.Errorf("name of %s: got %q, want %q", file, got, want)
		}
	}
	tree.Close()
	if _, err := tree.ReadFile(ctx, "shop.go"); err == nil {
		t.Error("reading a closed tree: got no error")
	}
}

func TestMissingCommit(t *testing.T) {
	r := newRepo(t)
	r.commit()
	u := newUser(t)
	u.options.RetryAfter = 300 * time.Millisecond
	m := u.mirror(t, r.dir)
	const missing = "0123456789abcdef0123456789abcdef01234567"
	for range 3 {
		_, err := m.Open(ctx, missing)
		if !errors.Is(err, source.ErrMissing) {
			t.Fatalf("got %v, want ErrMissing", err)
		}
		wantError(t, err, missing, "no branch or tag of "+r.dir+" holds it", "push it there")
	}
	if got := u.fetches(); got != 2 { // branches, and the commit by its id
		t.Errorf("got %d fetches for three looks at one missing commit, want 2:\n%s", got, u.log)
	}
	for _, id := range []string{"", "main", "HEAD", "abc", "0123456789ABCDEF", "--all", strings.Repeat("a", 65), "v1.0", missing + "^", missing + ":x"} {
		_, err := m.Commit(ctx, id)
		wantError(t, err, "hexadecimal digits")
	}

	pushed := r.commit()
	if got, err := m.Commit(ctx, pushed[:12]); err != nil || got != pushed {
		t.Errorf("a commit that was pushed later: got %q, %v, want %s", got, err, pushed)
	}
	before := u.fetches()
	time.Sleep(u.options.RetryAfter)
	if _, err := m.Commit(ctx, missing); !errors.Is(err, source.ErrMissing) || u.fetches() == before {
		t.Errorf("after RetryAfter: got %v and %d new fetches, want ErrMissing and some", err, u.fetches()-before)
	}
}

// A commit stays when its branch is gone, and one that only the server still
// has is fetched by its id.
func TestForcePushed(t *testing.T) {
	r := newRepo(t)
	r.commit()
	r.file("a.go", "package a\n")
	gone := r.commit()
	u := newUser(t)
	m := u.mirror(t, r.dir)
	open(t, m, gone).Close()
	r.file("b.go", "package b\n")
	never := r.commit()
	r.git("reset", "-q", "--hard", "HEAD~2")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")
	wantFile(t, open(t, m, never), "b.go", "package b\n")
	wantFile(t, open(t, m, gone), "a.go", "package a\n")

	r.git("reflog", "expire", "--expire=now", "--all")
	r.git("gc", "-q", "--prune=now")
	open(t, m, r.commit()).Close() // fetches again
	wantFile(t, open(t, m, gone), "a.go", "package a\n")
	wantFile(t, open(t, m, never), "b.go", "package b\n")
}

// Branch names that look like ids do not count.
func TestBranchNamedLikeACommit(t *testing.T) {
	r := newRepo(t)
	right := r.commit()
	r.git("checkout", "-q", "-b", right[:10])
	r.file("a.go", "package a\n")
	wrong := r.commit()
	m := newUser(t).mirror(t, r.dir)
	if got, err := m.Commit(ctx, right[:10]); err != nil || got != right {
		t.Errorf("got %q, %v, want %s and not the branch's %s", got, err, right, wrong)
	}
	if got, err := m.Head(ctx, right[:10]); err != nil || got != wrong {
		t.Errorf("head of the branch: got %q, %v, want %s", got, err, wrong)
	}
}

func TestHead(t *testing.T) {
	r := newRepo(t)
	first := r.commit()
	r.git("tag", "-a", "-m", "x", "v1")
	second := r.commit()
	m := newUser(t).mirror(t, r.dir)
	for name, want := range map[string]string{"main": second, "v1": first} {
		if got, err := m.Head(ctx, name); err != nil || got != want {
			t.Errorf("head of %s: got %q, %v, want %s", name, got, err, want)
		}
	}
	third := r.commit()
	if got, err := m.Head(ctx, "main"); err != nil || got != third {
		t.Errorf("head of main after a push: got %q, %v, want %s", got, err, third)
	}
	if _, err := m.Head(ctx, "gone"); !errors.Is(err, source.ErrMissing) {
		t.Errorf("head of a branch that is not there: got %v, want ErrMissing", err)
	}
	for _, name := range []string{"", "-x", "main~1", "a..b", "@{u}", "main^{tree}", "a\nb", "a b"} {
		_, err := m.Head(ctx, name)
		wantError(t, err, "no name of a branch or tag")
	}
}

// A branch replaces a directory of branches, and the other way round.
func TestBranchesInTheWay(t *testing.T) {
	r := newRepo(t)
	first := r.commit()
	r.git("branch", "x/y")
	m := newUser(t).mirror(t, r.dir)
	open(t, m, first).Close()
	r.git("branch", "-D", "-q", "x/y")
	r.git("checkout", "-q", "-b", "x")
	second := r.commit()
	open(t, m, second).Close()
	r.git("checkout", "-q", "main")
	r.git("branch", "-D", "-q", "x")
	r.git("checkout", "-q", "-b", "x/z/deep")
	open(t, m, r.commit()).Close()
}

func TestMergeBase(t *testing.T) {
	r := newRepo(t)
	base := r.commit()
	main := r.commit()
	r.git("checkout", "-q", "-b", "topic", base)
	topic := r.commit()
	r.git("checkout", "-q", "--orphan", "other")
	other := r.commit()
	u := newUser(t)
	dir := filepath.Join(t.TempDir(), "repo")
	m := u.mirrorIn(t, dir, r.dir)
	check := func() {
		t.Helper()
		for _, c := range []struct{ a, b, want string }{{main, topic, base}, {topic, main, base}, {main, base, base}, {main, other, ""}, {main, main, main}} {
			if got, err := m.MergeBase(ctx, c.a, c.b); err != nil || got != c.want {
				t.Errorf("merge base of %s and %s: got %q, %v, want %q", c.a, c.b, got, err, c.want)
			}
		}
	}
	check()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	check() // from the cache
	if _, err := m.MergeBase(ctx, main, "0123456789abcdef0123456789abcdef01234567"); err == nil {
		t.Error("merge base with a commit that is not there: got no error")
	}
}

// Many concurrent users cause few fetches.
func TestConcurrentUsers(t *testing.T) {
	r := newRepo(t)
	var commits []string
	for _, text := range []string{"1", "2", "3", "4"} {
		r.file("a.go", "package a // "+text+"\n")
		commits = append(commits, r.commit())
	}
	u := newUser(t)
	dir := filepath.Join(t.TempDir(), "repo")
	mirrors := []*source.Mirror{u.mirrorIn(t, dir, r.dir), u.mirrorIn(t, dir, r.dir)} // as in two processes
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			tree, err := mirrors[i%2].Open(ctx, commits[i%4])
			if err != nil {
				t.Error(err)
				return
			}
			defer tree.Close()
			var inner sync.WaitGroup
			for range 3 {
				inner.Go(func() { wantFile(t, tree, "a.go", "package a // "+"1234"[i%4:i%4+1]+"\n") })
			}
			inner.Wait()
		})
	}
	wg.Wait()
	if got := u.fetches(); got < 1 || got > 4 {
		t.Errorf("got %d fetches of two stores, want 1 to 4:\n%s", got, u.log)
	}
}

// Packs are joined without losing anything.
func TestPacks(t *testing.T) {
	r := newRepo(t)
	first := r.commit()
	u := newUser(t)
	u.options.Packs = 3
	dir := filepath.Join(t.TempDir(), "repo")
	m := u.mirrorIn(t, dir, r.dir)
	reading := open(t, m, first) // stays open
	r.file("gone.go", "package gone\n")
	gone := r.commit()
	open(t, m, gone).Close()
	r.git("reset", "-q", "--hard", first)
	var last string
	for i := range 4 {
		r.file("a.go", fmt.Sprintf("package a // %d\n", i))
		last = r.commit()
		open(t, m, last).Close()
	}
	packs, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*.pack"))
	if err != nil || len(packs) == 0 || len(packs) > 3 {
		t.Errorf("got %d packs, %v, want 1 to 3:\n%s", len(packs), err, u.log)
	}
	wantFile(t, open(t, m, gone), "gone.go", "package gone\n")
	wantFile(t, open(t, m, last), "a.go", "package a // 3\n")
	if _, err := reading.ReadFile(ctx, "a.go"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading through all of it: got %v, want ErrNotExist", err)
	}
}

// A killed fetch leaves locks and partial packs behind.
func TestLeftBehind(t *testing.T) {
	r := newRepo(t)
	first := r.commit()
	dir := filepath.Join(t.TempDir(), "repo")
	m := newUser(t).mirrorIn(t, dir, r.dir)
	open(t, m, first).Close()
	var left []string
	for _, name := range []string{"packed-refs.lock", "refs/heads/main.lock", "objects/pack/tmp_pack_abc", "objects/info/commit-graphs/commit-graph-chain.lock"} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		left = append(left, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	open(t, m, r.commit()).Close()
	for _, name := range left {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestLimits(t *testing.T) {
	r := newRepo(t)
	r.file("large.go", "package p // "+strings.Repeat("x", 100_000)+"\n")
	r.file("small.go", "package p\n")
	first := r.commit()
	u := newUser(t)
	u.options.FileBytes = 50_000
	tree := open(t, u.mirror(t, r.dir), first)
	_, err := tree.ReadFile(ctx, "large.go")
	wantError(t, err, "large.go", "it holds 97 KB, which is more than is read")
	wantFile(t, tree, "small.go", "package p\n") // the others can be read
	tree.Close()

	noise := make([]byte, 300_000)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	r.file("noise", string(noise))
	second := r.commit()
	u.options.MirrorBytes = 200_000
	_, err = u.mirror(t, r.dir).Open(ctx, second)
	wantError(t, err, "the mirror has grown to", "at most 195 are allowed")
}

func TestSHA256(t *testing.T) {
	r := &repo{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "main", "--object-format=sha256")
	r.file("a.go", "package a\n")
	commit := r.commit()
	wantFile(t, open(t, newUser(t).mirror(t, r.dir), commit), "a.go", "package a\n")
}

func TestAddresses(t *testing.T) {
	store, err := source.NewStore(source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i, address := range []string{"https://example.com/a/b.git", "ssh://git@example.com:22/a", "git@example.com:a/b.git", "example.com:a", "/srv/a.git", "file:///srv/a.git",
		"git://example.com/a", "http://127.0.0.1:8080/x", "ssh://[::1]:22/a", "git@[::1]:a"} {
		if _, err := store.Mirror(filepath.Join(dir, string(rune('a'+i))), address); err != nil {
			t.Errorf("address %s: %v", address, err)
		}
	}
	for _, address := range []string{"", "ext::sh -c id", "ext://x/y", "fd::7", "-oProxyCommand=x:y", "ssh://-oProxyCommand=x/y", "ssh://-l@example.com/y", "https:///x",
		"a/b", "./a", "../a", "https://user:secret@example.com/a", "https://secret@example.com/a", "ssh://git:secret@example.com/a", "https://example.com/a\nb", "foo::https://x/y",
		"https://user:sec%ret@example.com/a"} {
		_, err := store.Mirror(filepath.Join(dir, "z"), address)
		if err == nil {
			t.Errorf("address %q: got no error", address)
			continue
		}
		if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec%ret") {
			t.Errorf("address %q: the error shows its password: %v", address, err)
		}
	}
	if _, err := store.Mirror(filepath.Join(dir, "a"), "https://example.com/other"); err == nil {
		t.Error("two repositories in one directory: got no error")
	}
	again, err := store.Mirror(filepath.Join(dir, "a"), "https://example.com/a/b.git")
	if err != nil || again.Address() != "https://example.com/a/b.git" {
		t.Errorf("the same mirror once more: got %v, %v", again, err)
	}
}
