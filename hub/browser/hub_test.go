package browser

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is a hub with services that have done something, and the addresses of
// its pages.
type world struct {
	url   string
	pages map[string]string // name → path
}

// site is the goat-hub that all tests look at. It is started once.
var site = sync.OnceValues(func() (w *world, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	b := &builder{dir: must(os.MkdirTemp("", "goat-browser"))}
	dir = b.dir
	b.repository()
	b.build()
	b.start("1s")
	b.silent()
	b.stop()
	b.start("1h") // what is live stays so while the tests look
	b.history()
	return b.world(), nil
})

// dir is where site's files are, and hub is its process; TestMain ends both.
var (
	dir string
	hub *exec.Cmd
)

func TestMain(m *testing.M) {
	code := m.Run()
	if hub != nil {
		hub.Process.Kill()
		hub.Wait()
	}
	if dir != "" {
		os.RemoveAll(dir)
	}
	endRecorded()
	os.Exit(code)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// builder makes a world.
type builder struct {
	dir      string
	url      string
	base     string
	commit   string
	meta     []byte
	counters [][]byte
}

func (b *builder) run(env []string, dir, name string, args ...string) string {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		panic(fmt.Sprintf("%s %q: %v\n%s%s", name, args, err, out, stderr.Bytes()))
	}
	return strings.TrimSpace(string(out))
}

// repository makes the shop's repository, builds it with coverage at its second
// commit, and runs it three times.
func (b *builder) repository() {
	repo := filepath.Join(b.dir, "shop.git")
	for _, state := range []string{"base", "head"} {
		must(0, os.CopyFS(repo, os.DirFS(filepath.Join("testdata", state))))
		if state == "base" {
			must(0, os.Rename(filepath.Join(repo, "go.mod.txt"), filepath.Join(repo, "go.mod")))
			b.run(nil, repo, "git", "init", "-q", "-b", "main")
		}
		b.run(nil, repo, "git", "add", "-A")
		b.run(nil, repo, "git", "commit", "-q", "-m", "Shop, "+state)
		if state == "base" {
			b.base = b.run(nil, repo, "git", "rev-parse", "HEAD")
			b.run(nil, repo, "git", "checkout", "-q", "-b", "refunds")
			must(0, os.RemoveAll(filepath.Join(repo, "ledger")))
		}
	}
	discount := filepath.Join(repo, "ledger", "discount.go")
	text := strings.Replace(string(must(os.ReadFile(discount))), "default:", "default: // no tenth order", 1)
	must(0, os.WriteFile(discount, []byte(text), 0o666))
	b.run(nil, repo, "git", "-c", "user.name="+hostile, "commit", "-q", "-a", "-m", hostile)
	b.commit = b.run(nil, repo, "git", "rev-parse", "HEAD")
	program := filepath.Join(b.dir, "shop")
	b.run([]string{"GOFLAGS=-buildvcs=false"}, repo, "go", "build", "-cover", "-covermode=atomic", "-coverpkg=./...", "-o", program, "./cmd/shop")
	for n, args := range [][]string{{}, {"1", "2"}, {"1", "busy", "3"}} {
		data := filepath.Join(b.dir, fmt.Sprint("run", n))
		must(0, os.MkdirAll(data, 0o777))
		b.run([]string{"GOCOVERDIR=" + data}, repo, program, args...)
		b.counters = append(b.counters, must(os.ReadFile(must(filepath.Glob(filepath.Join(data, "covcounters.*")))[0])))
		b.meta = must(os.ReadFile(must(filepath.Glob(filepath.Join(data, "covmeta.*")))[0]))
	}
}

// build builds goat-hub.
func (b *builder) build() {
	b.run(nil, "..", "go", "build", "-o", filepath.Join(b.dir, "goat-hub"), "./cmd/goat-hub")
}

// stop ends goat-hub.
func (b *builder) stop() {
	must(0, hub.Process.Signal(os.Interrupt))
	must(0, hub.Wait())
	hub = nil
}

// silent has a service register and never say anything, until it is taken for gone.
func (b *builder) silent() {
	b.register(30, document{"labels": document{"env": "prod", "region": "sg", "app": "platform"}, "covmeta": "", "branch": "main", "commit": "feedbeef11"})
	b.wait("gone", func() bool {
		return b.send("GET", "/api/v1/releases/"+b.release("platform", "prod", "feedbeef11"), nil)["state"] == "none"
	})
}

// start starts goat-hub with a lease.
func (b *builder) start(lease string) {
	hub = exec.Command(filepath.Join(b.dir, "goat-hub"), "serve", "--root", filepath.Join(b.dir, "hub"), "--report-addr", "127.0.0.1:0", "--measure", "1s", "--center-addr", "", "--lease", lease,
		"--repo", "example.com/shop="+filepath.Join(b.dir, "shop.git"))
	out := must(hub.StdoutPipe())
	var stderr bytes.Buffer
	hub.Stderr = &stderr
	must(0, hub.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		panic("goat-hub: " + stderr.String())
	}
	b.url = lines.Text()
}

type document map[string]any

func (b *builder) send(method, path string, body any, headers ...string) map[string]any {
	content, ok := body.([]byte)
	if !ok {
		content = must(json.Marshal(body))
	}
	r := must(http.NewRequest(method, b.url+path, bytes.NewReader(content)))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp := must(http.DefaultClient.Do(r))
	defer resp.Body.Close()
	text := must(io.ReadAll(resp.Body))
	if resp.StatusCode >= 300 {
		panic(fmt.Sprintf("%s %s: %d %s", method, path, resp.StatusCode, text))
	}
	var answer map[string]any
	json.Unmarshal(text, &answer) // a profile is no JSON
	return answer
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func key(n int) string { return fmt.Sprintf("%032x", n) }

// register makes the n-th process.
func (b *builder) register(n int, changes document) {
	d := document{
		"key": key(n), "labels": document{"env": "staging", "region": "th", "appType": "apa", "app": "shop"}, "main": "example.com/shop/cmd/shop",
		"branch": "refunds", "commit": b.commit, "go": "go1.26.8", "os": "linux", "arch": "amd64", "host": fmt.Sprintf("shop-7c9f-%d", n), "pid": 1,
		"address": fmt.Sprintf("http://10.0.0.%d:7070", n), "covmeta": digest(b.meta),
	}
	for k, v := range changes {
		d[k] = v
	}
	b.send("POST", "/api/v1/instances", d)
}

// hostile is text that would run, or break out of a page, if it were not escaped.
const hostile = `"><script>document.title="HACKED"</script><img src=x onerror=document.title='HACKED'>{{.}}'&lt;`

// history has four services do something: one live with points and counters over
// two releases, one of hostile names, one that is gone, one that never said
// anything.
func (b *builder) history() {
	manifest := func(points int, hostileToo bool) []byte {
		var list []document
		for i := range points {
			fn, file := "(*Ledger).Refund", "ledger/ledger.go"
			if i%3 == 0 {
				fn, file = "discount", "ledger/discount.go"
			}
			if hostileToo {
				fn, file = hostile, hostile
			}
			list = append(list, document{"stableId": fmt.Sprintf("%016x", i+1), "file": file, "func": fn, "kind": []string{"stmt", "then", "case"}[i%3], "line": 10 + i, "endLine": 10 + i, "lines": [][2]int{{10 + i, 10 + i}}})
		}
		return must(json.Marshal(document{"format": 1, "main": "example.com/shop/cmd/shop", "app": "shop", "base": "main", "baseCommit": b.base, "packages": []document{{"path": "example.com/shop/ledger", "points": list}}}))
	}
	const points = 24
	m := manifest(points, false)
	b.send("PUT", "/api/v1/manifests/"+digest(m), m)
	b.register(1, document{"commit": b.base, "branch": "main", "covmeta": "", "manifest": digest(m), "points": points})
	b.send("POST", "/api/v1/instances/"+key(1)+"/points", document{"from": 0, "ids": []int{1, 2, 3, 4, 5, 6, 7, 8, 9}, "age_ms": []int{9000, 8000, 7000, 6000, 5000, 4000, 3000, 2000, 1000}, "end": true})
	time.Sleep(20 * time.Millisecond)
	b.register(2, document{"manifest": digest(m), "points": points})
	b.register(3, document{"manifest": digest(m), "points": points})
	b.send("PUT", "/api/v1/covmeta/"+digest(b.meta), b.meta)
	ids := []int{}
	ages := []int{}
	for i := 1; i <= 17; i++ {
		ids, ages = append(ids, i), append(ages, 2_900_000/i)
	}
	b.send("POST", "/api/v1/instances/"+key(2)+"/points", document{"from": 0, "ids": ids, "age_ms": ages})
	b.send("POST", "/api/v1/instances/"+key(3)+"/points", document{"from": 0, "ids": ids[:11], "age_ms": ages[:11]})
	b.count(2, 0)
	release := b.release("shop", "staging", b.commit)
	for run := 1; run < 3; run++ {
		b.wait("measured", func() bool { return len(b.list("/api/v1/releases/"+release+"/history", "history")) >= run })
		b.count(3, run)
	}
	b.wait("measured", func() bool { return len(b.list("/api/v1/releases/"+release+"/history", "history")) == 3 })

	for _, reason := range []string{"the provider has no sandbox for large refunds", "the provider has no sandbox for large refunds before spring"} {
		b.send("PUT", "/api/v1/services/"+b.find("shop", "staging")+"/excuses/0000000000000014", document{"reason": reason, "person": "ann@example.com", "until": time.Now().AddDate(0, 2, 0).UTC().Format(time.DateOnly)})
	}

	h := manifest(3, true)
	b.send("PUT", "/api/v1/manifests/"+digest(h), h)
	b.register(10, document{"labels": document{"env": hostile, "region": hostile, "appType": hostile, "app": hostile, "cluster": hostile}, "main": hostile, "branch": hostile,
		"commit": "", "version": hostile, "covmeta": "", "manifest": digest(h), "points": 3, "host": hostile, "pod": hostile, "address": "javascript:alert(1)", "go": hostile, "os": hostile, "arch": hostile, "goat": hostile})
	b.send("POST", "/api/v1/instances/"+key(10)+"/points", document{"from": 0, "ids": []int{1}, "routes": []string{hostile}})
	b.register(20, document{"labels": document{"env": "prod", "region": "sg", "app": "catalog"}, "covmeta": "", "branch": "main", "commit": "feedbeef00"})
	b.send("POST", "/api/v1/instances/"+key(20)+"/points", document{"from": 0, "end": true})
	b.register(40, document{"labels": document{"env": "prod", "region": "sg", "app": "mirrorless"}, "main": "example.org/other", "branch": "main", "commit": "feedbeef22"})
	b.send("POST", "/api/v1/instances/"+key(40)+"/counters", b.counters[1], "Goat-Covmeta", digest(b.meta))
}

func (b *builder) count(n, run int) {
	b.send("POST", "/api/v1/instances/"+key(n)+"/counters", b.counters[run], "Goat-Covmeta", digest(b.meta))
}

func (b *builder) wait(what string, condition func() bool) {
	for end := time.Now().Add(2 * time.Minute); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			panic("not " + what + " after two minutes")
		}
	}
}

func (b *builder) list(path, key string) []any {
	list, _ := b.send("GET", path, nil)[key].([]any)
	return list
}

// find is the service with an app and environment, and release the id of its
// release of a commit.
func (b *builder) find(app, env string) string {
	for _, s := range b.list("/api/v1/services", "services") {
		if s := s.(map[string]any); s["app"] == app && s["env"] == env {
			return s["id"].(string)
		}
	}
	panic("no service " + app)
}

func (b *builder) release(app, env, revision string) string {
	for _, r := range b.list("/api/v1/services/"+b.find(app, env)+"/releases", "releases") {
		if r := r.(map[string]any); strings.HasPrefix(r["revision"].(string), revision) {
			return r["id"].(string)
		}
	}
	panic("no release " + revision)
}

func (b *builder) world() *world {
	shop := "/releases/" + b.release("shop", "staging", b.commit)
	files := map[string]string{}
	for name, path := range map[string]string{"report": "/reports/html", "incremental": "/reports/changes?format=html"} {
		resp := must(http.Get(b.url + "/api/v1" + shop + path))
		text := must(io.ReadAll(resp.Body))
		resp.Body.Close()
		files[name] = filepath.Join(b.dir, name+".html")
		must(0, os.WriteFile(files[name], text, 0o666))
	}
	bad := "/releases/" + b.release(hostile, hostile, "")
	return &world{url: b.url, pages: map[string]string{
		"services":         "/",
		"filtered":         "/?env=prod",
		"service":          "/services/" + b.find("shop", "staging"),
		"release":          shop,
		"release-all":      shop + "?show=all",
		"release-owner":    shop + "?by=commit&state=all&owner=%40shop%2Fcheckout&error=no",
		"release-pod":      shop + "?state=all&by=kind&alone=1&pod=" + key(2),
		"code":             shop + "/code?file=example.com%2Fshop%2Fledger%2Fledger.go",
		"code-all":         shop + "/code?all=1&line=33&file=example.com%2Fshop%2Fledger%2Fledger.go",
		"code-discount":    shop + "/code?line=10&file=example.com%2Fshop%2Fledger%2Fdiscount.go",
		"code-none":        shop + "/code?file=none",
		"compare":          shop + "/compare?with=" + b.release("shop", "staging", b.base),
		"compare-choice":   shop + "/compare",
		"hostile-code":     bad + "/code?file=" + url.QueryEscape("example.com/shop/ledger/"+path.Base(hostile)),
		"hostile-compare":  bad + "/compare?with=" + strings.TrimPrefix(shop, "/releases/"),
		"functions":        shop + "/functions",
		"files":            shop + "/files",
		"source":           shop + "/source?file=example.com%2Fshop%2Fledger%2Fledger.go",
		"changes":          shop + "/changes",
		"instances":        shop + "/instances",
		"point":            shop + "/points/0000000000000001",
		"point-excused":    shop + "/points/0000000000000014",
		"excuses":          "/services/" + b.find("shop", "staging") + "/excuses",
		"search":           "/search?q=refund",
		"search-none":      "/search?q=nothing-is-like-this",
		"error":            "/releases/none",
		"gone":             "/releases/" + b.release("catalog", "prod", "feedbeef00"),
		"silent":           "/releases/" + b.release("platform", "prod", "feedbeef11"),
		"mirrorless":       "/releases/" + b.release("mirrorless", "prod", "feedbeef22") + "/functions",
		"mirrorless-files": "/releases/" + b.release("mirrorless", "prod", "feedbeef22") + "/files",
		"no-changes":       "/releases/" + b.release("mirrorless", "prod", "feedbeef22") + "/changes",
		"report-file":      "file://" + files["report"],
		"changes-file":     "file://" + files["incremental"],
		"hostile":          bad + "?show=all",
		"hostile-service":  "/services/" + b.find(hostile, hostile),
		"hostile-more":     bad + "/instances",
	}}
}

// address of a page: on the hub, or of a report that was saved.
func (w *world) address(name string) string {
	if path := w.pages[name]; strings.HasPrefix(path, "file:") {
		return path
	}
	return w.url + w.pages[name]
}
