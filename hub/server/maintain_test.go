package server

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A backup of a running hub, restored elsewhere, has everything that was
// acknowledged before it.
func TestBackupAndRestore(t *testing.T) {
	root, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.tar.gz")
	h := startHub(t, func(c *Config) { c.Root = root })
	digest, manifest := manifestOf(5)
	if a := h.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
		t.Fatalf("got %d and %s, want 200", a.status, a.body)
	}
	var got told
	for n := 1; n <= 3; n++ {
		h.post("/api/v1/instances", shop(n, digest, 5), &got)
		h.post("/api/v1/instances/"+key(n)+"/points", document{"from": 0, "ids": []int{n, 5}}, &got)
	}
	goatHub(t, "backup", "--root", root, file)
	h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 2, "ids": []int{4}}, &got)

	restored := filepath.Join(t.TempDir(), "restored")
	goatHub(t, "restore", "--root", restored, file)
	r := startHub(t, func(c *Config) { c.Root = restored })
	release := r.release()
	if release.Covered != 4 || release.Instances["live"] != 3 {
		t.Errorf("got %+v, want 4 points of 3 instances", release)
	}
	if points := r.points(release.ID); len(points) != 5 || points[4].Ran != 3 {
		t.Errorf("got %+v, want the five points of the manifest, the last run by three", points)
	}
	// An instance that has pushed since is asked for the missing hits.
	r.post("/api/v1/instances/"+key(1)+"/points", document{"from": 3}, &got)
	if got.Acked != 2 {
		t.Errorf("got %d acked, want 2", got.Acked)
	}

	again := command(t, "restore", "--root", restored, file)
	again.Stderr = nil
	if out, err := again.CombinedOutput(); err == nil || !strings.Contains(string(out), "has a database") {
		t.Errorf("restoring over a database: got %v and %s, want an error", err, out)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content[:len(content)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := command(t, "restore", "--root", broken, file).Run(); err == nil {
		t.Error("half an archive was restored")
	}
	if _, err := os.Stat(filepath.Join(broken, "sqlite.db")); err == nil {
		t.Error("half an archive left a database")
	}
}

func TestMigrate(t *testing.T) {
	root := t.TempDir()
	p := startProcess(t, root)
	var got told
	p.post("/api/v1/instances", shop(1, "", 0), &got)
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if out := goatHub(t, "migrate", "--root", root, "--dry-run"); out != "" {
		t.Errorf("of an up-to-date database: got %q, want nothing to do", out)
	}
	if out := goatHub(t, "migrate", "--root", root, "--dry-run", "--down-to", "1"); !strings.HasPrefix(out, "down 2 ") {
		t.Errorf("got %q, want the step down from 2", out)
	}
	goatHub(t, "migrate", "--root", root, "--down-to", "1")
	if out := goatHub(t, "migrate", "--root", root, "--dry-run"); !strings.HasPrefix(out, "up 2 ") {
		t.Errorf("got %q, want the step up to 2", out)
	}
	goatHub(t, "migrate", "--root", root)
	p = startProcess(t, root)
	if r := p.release(); r.Instances["live"] != 1 {
		t.Errorf("got %+v, want the instance of before", r)
	}
	if err := command(t, "migrate", "--root", t.TempDir()).Run(); err == nil {
		t.Error("a directory without a database was migrated")
	}
}
