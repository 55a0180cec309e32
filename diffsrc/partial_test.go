package diffsrc_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/diffsrc"
)

// serving makes a repository that can be cloned partially. a.go has changed
// since v1.0.0.
func serving(t *testing.T) *gitRepo {
	t.Helper()
	r := newRepo(t, map[string]string{"a.go": function("a", 3), "sub/gone.go": function("gone", 9)})
	r.git("config", "uploadpack.allowFilter", "true")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")
	r.git("mv", "sub/gone.go", "here.go")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("more")
	return r
}

func (r *gitRepo) clone(args ...string) *gitRepo {
	r.t.Helper()
	c := &gitRepo{t: r.t, dir: filepath.Join(r.t.TempDir(), "clone")}
	r.git(append(append([]string{"clone", "-q"}, args...), "file://"+r.dir, c.dir)...)
	return c
}

// TestPromisors fetches from the remotes that a partial clone was made from or
// marks as promisors, whatever their names.
func TestPromisors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		clone  []string
		change func(up, r *gitRepo)
	}{
		"upstream":        {[]string{"-o", "upstream", "--filter=blob:none"}, nil},
		"dots and slash":  {[]string{"-o", "a.b/c.d", "--filter=blob:none"}, nil},
		"no trees":        {[]string{"-o", "upstream", "--filter=tree:0"}, nil},
		"no large blobs":  {[]string{"--filter=blob:limit=1"}, nil},
		"extension alone": {[]string{"-o", "x", "--filter=blob:none"}, func(_, r *gitRepo) { r.git("config", "--unset", "remote.x.promisor") }},
		"filter alone": {[]string{"-o", "x", "--filter=blob:none"}, func(_, r *gitRepo) {
			r.git("config", "--unset", "remote.x.promisor")
			_, _ = r.try("config", "--unset", "extensions.partialClone") // not every git sets it
		}},
		"url as extension": {[]string{"-o", "x", "--filter=blob:none"}, func(up, r *gitRepo) {
			r.git("remote", "remove", "x")
			r.git("config", "extensions.partialClone", "file://"+up.dir)
		}},
		"first one is gone": {[]string{"-o", "x", "--filter=blob:none"}, func(_, r *gitRepo) {
			url := r.git("remote", "get-url", "x")
			r.git("config", "remote.x.url", "file:///nonexistent")
			r.git("config", "remote.y.promisor", "true")
			r.git("config", "remote.y.url", url)
		}},
		"another is none": {[]string{"-o", "x", "--filter=blob:none"}, func(_, r *gitRepo) {
			r.git("config", "remote.origin.url", "file:///nonexistent")
			r.git("config", "remote.origin.promisor", "false")
		}},
		"relative path": {[]string{"-o", "x", "--filter=blob:none"}, func(up, r *gitRepo) {
			rel, err := filepath.Rel(r.dir, up.dir)
			if err != nil {
				r.t.Fatal(err)
			}
			r.git("config", "remote.x.url", rel)
		}},
		"insteadOf": {[]string{"-o", "x", "--filter=blob:none"}, func(up, r *gitRepo) {
			r.git("config", "remote.x.url", "short:repo")
			r.git("config", "url.file://"+up.dir+".insteadOf", "short:repo")
		}},
		"lost pack": {nil, func(up, r *gitRepo) {
			r.git("config", "remote.origin.promisor", "true")
			r.lose("v1.0.0:a.go")
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := serving(t)
			r := up.clone(tt.clone...)
			if tt.change != nil {
				tt.change(up, r)
			}
			config := digest(t, filepath.Join(r.dir, ".git"))["config"]
			wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
			if err := os.RemoveAll(up.dir); err != nil { // what was fetched stays
				t.Fatal(err)
			}
			wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
			r.git("fsck")
			if digest(t, filepath.Join(r.dir, ".git"))["config"] != config {
				t.Error("the clone's configuration was written")
			}
		})
	}
}

// lose deletes an object from a repository.
func (r *gitRepo) lose(name string) (oid string) {
	r.t.Helper()
	oid = r.git("rev-parse", name)
	packs, err := filepath.Glob(filepath.Join(r.dir, ".git/objects/pack/pack-*"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, pack := range packs {
		moved := filepath.Join(r.t.TempDir(), filepath.Base(pack))
		if err := os.Rename(pack, moved); err != nil {
			r.t.Fatal(err)
		}
		if strings.HasSuffix(moved, ".pack") {
			data, err := os.ReadFile(moved)
			if err != nil {
				r.t.Fatal(err)
			}
			r.feed(data, "unpack-objects", "-q")
		}
	}
	r.remove(filepath.Join(".git/objects", oid[:2], oid[2:]))
	return oid
}

// TestMissingBlob lacks a file of the base that no remote has.
func TestMissingBlob(t *testing.T) {
	t.Parallel()
	up := serving(t)
	clone := up.clone("-o", "x.y", "--filter=blob:none")
	oid := up.lose("v1.0.0:a.go")
	for r, texts := range map[*gitRepo][]string{
		clone: {"a.go (blob " + oid + ")", "partial clone", "x.y", "not our ref", "git fetch x.y", "git fetch --refetch --no-filter x.y"},
		up:    {"a.go (blob " + oid + ")", "lacks it", "git fetch --refetch", "git fsck"},
	} {
		err := computeError(t, r.options(), texts...)
		if !errors.Is(err, diffsrc.ErrUnavailable) || !errors.Is(err, diffsrc.ErrIncomplete) {
			t.Errorf("got error %v, want one that a build goes on after and tells", err)
		}
		if strings.Contains(err.Error(), "hint:") || strings.Contains(err.Error(), "git -c") {
			t.Errorf("got error %v, want git's reason", err)
		}
	}
}

// TestForeignTransports has clones whose configuration names programs for
// fetching. A file of the base is missing, so git itself would start them.
func TestForeignTransports(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		set   [][2]string
		works bool // the remote can be reached without the programs
	}{
		"upload pack":    {[][2]string{{"remote.x.uploadpack", "touch CANARY; git-upload-pack"}}, true},
		"helper":         {[][2]string{{"remote.x.vcs", "y"}, {"alias.remote-y", "!touch CANARY"}, {"protocol.y.allow", "always"}}, true},
		"ext":            {[][2]string{{"remote.x.url", "ext::touch CANARY"}, {"protocol.ext.allow", "always"}}, false},
		"rewritten":      {[][2]string{{"url.ext::touch CANARY .insteadOf", "file:"}, {"protocol.ext.allow", "always"}}, false},
		"ssh":            {[][2]string{{"remote.x.url", "ssh://localhost.invalid/x"}, {"core.sshCommand", "touch CANARY;"}}, false},
		"proxy":          {[][2]string{{"remote.x.url", "git://localhost.invalid/x"}, {"core.gitProxy", "HOOKS/pre-auto-gc"}}, false},
		"no protocol":    {[][2]string{{"remote.x.vcs", "none"}, {"alias.remote-none", "!touch CANARY"}}, true},
		"served lazily":  {[][2]string{{"remote.x.url", "file://FOREIGN"}}, false},
		"alternate refs": {[][2]string{{"core.alternateRefsCommand", "touch CANARY;"}}, true},
		"hooks":          {[][2]string{{"core.hooksPath", "HOOKS"}, {"gc.auto", "1"}}, true},
		"monitor":        {[][2]string{{"core.fsmonitor", "touch CANARY;"}}, true},
		"credentials":    {[][2]string{{"remote.x.url", "LOCKED"}, {"credential.helper", "!touch CANARY;"}, {"core.askPass", "HOOKS/pre-auto-gc"}}, false},
	}
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(locked.Close)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := serving(t)
			r := up.clone("-o", "x", "--filter=blob:none")
			canary, hooks := filepath.Join(t.TempDir(), "ran"), t.TempDir()
			for _, hook := range []string{"reference-transaction", "post-index-change", "pre-auto-gc"} {
				writeFile(t, filepath.Join(hooks, hook), "#!/bin/sh\ntouch "+canary+"\n")
				if err := os.Chmod(filepath.Join(hooks, hook), 0o777); err != nil {
					t.Fatal(err)
				}
			}
			foreign := up.clone("-o", "x", "--filter=blob:none") // it lacks the file too
			foreign.git("config", "uploadpack.allowFilter", "true")
			foreign.git("config", "uploadpack.allowAnySHA1InWant", "true")
			foreign.git("config", "remote.x.uploadpack", "touch "+canary+"; git-upload-pack")
			writeFile(t, filepath.Join(r.dir, ".git/objects/info/alternates"), up.dir+"/nonexistent\n")
			for _, kv := range tt.set {
				value := strings.NewReplacer("CANARY", canary, "HOOKS", hooks, "LOCKED", locked.URL, "FOREIGN", foreign.dir).Replace(kv[1])
				r.git("config", strings.NewReplacer("CANARY", canary).Replace(kv[0]), value)
			}
			set, err := diffsrc.Compute(context.Background(), r.options())
			if err == nil != tt.works {
				t.Errorf("got error %v, want one: %v", err, !tt.works)
			}
			if err == nil {
				wantLines(t, set, map[string]string{"a.go": "4-7"})
			}
			if _, err := os.Stat(canary); err == nil {
				t.Error("a program that the repository names was started")
			}
		})
	}
}

// TestHeadersOfRequests checks that headers count which a CI system put into a
// clone's configuration for fetching.
func TestHeadersOfRequests(t *testing.T) {
	t.Parallel()
	up := serving(t)
	r := up.clone("-o", "x", "--filter=blob:none")
	up.git("update-server-info")
	server := serveGit(t, up.dir)
	r.git("config", "remote.x.url", server.url+"/.git")
	computeError(t, r.options(), "a.go", "git fetch x")
	r.git("config", "http."+server.url+"/.extraHeader", "X-Token: \"let me\\in\"")
	wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
	if server.doubled {
		t.Error("a header was sent twice")
	}
}
