package server

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

// shopText is a program with three functions, which run completely, in part and
// never. A second commit changes it.
const shopText = `
-- go.mod --
module example.com/shop

go 1.26
-- cmd/shop/main.go --
package main

import (
	"os"

	"example.com/shop/ledger"
)

func main() {
	for _, id := range os.Args[1:] {
		ledger.Refund(id)
	}
}
-- ledger/ledger.go --
package ledger

import "errors"

// Total is what was refunded.
var Total int

// Refund refunds an order.
func Refund(id string) error {
	if id == "" {
		return errors.New("no order")
	}
	Total++
	return nil
}

// Close is never called.
func Close() {
	Total = 0
}
`

// shopChanges are the changes of the second commit.
const shopChanges = `
-- ledger/ledger.go --
package ledger

import "errors"

// Total is what was refunded.
var Total int

// Refund refunds an order.
func Refund(id string) error {
	if id == "" {
		return errors.New("no order")
	}
	if id == "busy" {
		return errors.New("try again")
	}
	Total += 1
	return nil
}

// Close is never called.
func Close() {
	Total = 0
}
`

// covered is a program built with coverage in a repository. The server only
// knows the repository's address.
type covered struct {
	dir          string // of the repository
	base, commit string
	meta         []byte
	funcs        string // output of go tool cover -func for one run with an order and one without
	profile      string
	counters     [][]byte // of these two runs
}

// shopDir is the directory of theShop, which TestMain removes.
var shopDir string

// theShop builds the program once for all tests.
var theShop = sync.OnceValues(func() (c covered, err error) {
	if c.dir, err = os.MkdirTemp("", "shop"); err != nil {
		return c, err
	}
	shopDir = c.dir
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	c.git("init", "-q", "-b", "main")
	c.commitAll(shopText)
	c.base = c.git("rev-parse", "HEAD")
	c.git("checkout", "-q", "-b", "refunds")
	c.commitAll(shopChanges)
	c.commit = c.git("rev-parse", "HEAD")
	program := filepath.Join(c.dir, ".git", "shop")
	c.run(nil, "go", "build", "-cover", "-covermode=atomic", "-coverpkg=./...", "-o", program, "./cmd/shop")
	data := filepath.Join(c.dir, ".git", "data")
	for n, args := range [][]string{{"1", "2"}, {}} {
		one := filepath.Join(data, fmt.Sprint(n))
		if err := os.MkdirAll(one, 0o777); err != nil {
			return c, err
		}
		c.run([]string{"GOCOVERDIR=" + one}, program, args...)
		names, err := filepath.Glob(filepath.Join(one, "covcounters.*"))
		if err != nil {
			return c, err
		}
		if len(names) != 1 {
			return c, fmt.Errorf("got %v, want one file of counters", names)
		}
		c.counters = append(c.counters, c.read(names[0]))
		if names, err = filepath.Glob(filepath.Join(one, "covmeta.*")); err != nil {
			return c, err
		}
		if len(names) != 1 {
			return c, fmt.Errorf("got %v, want one file of meta-data", names)
		}
		c.meta = c.read(names[0])
	}
	text := filepath.Join(data, "profile")
	c.run(nil, "go", "tool", "covdata", "textfmt", "-i="+filepath.Join(data, "0")+","+filepath.Join(data, "1"), "-o="+text)
	c.profile = string(c.read(text))
	c.funcs = c.run(nil, "go", "tool", "cover", "-func="+text)
	return c, nil
})

// shopCovered returns theShop.
func shopCovered(t testing.TB) covered {
	t.Helper()
	c, err := theShop()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *covered) run(env []string, name string, args ...string) string {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		panic(fmt.Sprintf("%s %q: %v\n%s%s", name, args, err, out, stderr.Bytes()))
	}
	return string(out)
}

func (c *covered) git(args ...string) string { return strings.TrimSpace(c.run(nil, "git", args...)) }

func (c *covered) commitAll(archive string) {
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(c.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			panic(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			panic(err)
		}
	}
	c.git("add", "-A")
	c.git("commit", "-q", "-m", "Change the shop")
}

func (c *covered) read(name string) []byte {
	data, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return data
}

// count registers the n-th process of the shop's commit, without points, and
// sends its counters.
func (h *hub) count(n int, c covered, counters []byte, changes ...document) {
	h.t.Helper()
	d := shop(n, "", 0)
	d["commit"], d["branch"], d["covmeta"] = c.commit, "refunds", digestOf(string(c.meta))
	for _, change := range changes {
		for key, value := range change {
			d[key] = value
		}
	}
	var got told
	h.post("/api/v1/instances", d, &got)
	if a := h.call("PUT", "/api/v1/covmeta/"+digestOf(string(c.meta)), c.meta); a.status != http.StatusOK {
		h.t.Fatalf("got %d and %s, want 200", a.status, a.body)
	}
	h.decode(h.call("POST", "/api/v1/instances/"+key(n)+"/counters", counters, "Goat-Covmeta", digestOf(string(c.meta))), &got)
}
