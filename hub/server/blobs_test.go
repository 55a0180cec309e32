package server

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/store/blobs/s3/s3test"
)

// A manifest that is flipped or missing, on disk or in a bucket, is found; agents
// are asked for it again, and then everything is as before.
func TestDamagedBlobs(t *testing.T) {
	for _, in := range []string{"directory", "bucket"} {
		t.Run(in, func(t *testing.T) {
			root, blobs := t.TempDir(), ""
			file := func(key string) string { return filepath.Join(root, "blobs", key) }
			if in == "bucket" {
				s := s3test.Start(t)
				s.SetKeys(t)
				bucket := s.Bucket(t)
				blobs = s.URL(bucket)
				file = func(key string) string { return s.File(bucket, "blobs/"+key) }
			}
			digest, manifest := manifestOf(5)
			path, key1 := file("manifests/"+digest+".json.gz"), key(1)
			open := func(t *testing.T) *hub {
				return startHub(t, func(c *Config) { c.Root, c.Blobs, c.Log = root, blobs, slog.New(slog.NewTextHandler(t.Output(), nil)) })
			}
			var got told
			t.Run("fill", func(t *testing.T) {
				h := open(t)
				h.post("/api/v1/instances", shop(1, digest, 5), &got)
				if !slices.Contains(got.Wants, "manifest") {
					t.Errorf("got %+v, want the manifest to be asked for", got)
				}
				if a := h.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
					t.Fatalf("got %d and %s, want 200", a.status, a.body)
				}
				h.post("/api/v1/instances/"+key1+"/points", document{"from": 0, "ids": []int{1, 5}}, &got)
				if points := h.points(h.release().ID); len(points) != 5 {
					t.Errorf("got %d points, want 5", len(points))
				}
			})
			for _, what := range []string{"flipped", "missing"} {
				content, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if what == "flipped" {
					content[len(content)/2] ^= 4
					err = os.WriteFile(path, content, 0o600)
				} else {
					err = os.Remove(path)
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Run(what, func(t *testing.T) { // a hub that has not read it yet
					h := open(t)
					release := h.release().ID
					if points := h.points(release); len(points) != 0 && points[0].File != "" {
						t.Errorf("got %+v, want no points with places", points)
					}
					h.post("/api/v1/instances/"+key1+"/points", document{"from": 2}, &got)
					if !slices.Contains(got.Wants, "manifest") {
						t.Errorf("got %+v, want the manifest to be asked for again", got)
					}
					if a := h.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
						t.Fatalf("got %d and %s, want 200", a.status, a.body)
					}
					if points := h.points(release); len(points) != 5 || points[0].Ran != 1 {
						t.Errorf("got %+v, want the five points as before", points)
					}
				})
			}
		})
	}
}

// Blobs move between a bucket and a directory with the rows.
func TestMoveFromBucket(t *testing.T) {
	s := s3test.Start(t)
	s.SetKeys(t)
	bucket, root, file := s.Bucket(t), t.TempDir(), filepath.Join(t.TempDir(), "export.tar.gz")
	t.Run("fill", func(t *testing.T) {
		fill(t, startHub(t, func(c *Config) { c.Root, c.Blobs = root, s.URL(bucket) }))
	})
	goatHub(t, "export", "--root", root, "--blobs", s.URL(bucket), file)
	local, other := t.TempDir(), s.Bucket(t)
	goatHub(t, "import", "--root", local, file)
	goatHub(t, "import", "--root", t.TempDir(), "--blobs", s.URL(other), file)
	for _, key := range []string{"blobs/baselines/1.cov", "m/cov_data/m_1.cov"} {
		want := readFile(t, s.File(bucket, key))
		if got := readFile(t, filepath.Join(local, key)); got != want || !strings.HasPrefix(got, "mode: ") {
			t.Errorf("%s in the directory: got %q, want %q", key, got, want)
		}
		if got := readFile(t, s.File(other, key)); got != want {
			t.Errorf("%s in the other bucket: got %q, want %q", key, got, want)
		}
	}
}
