package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/archive"
	"github.com/goat-trace/goat/hub/store/blobs/s3"
	"github.com/goat-trace/goat/hub/store/blobs/s3/s3test"
)

var _ archive.Place = (*s3.Blobs)(nil)

func open(t *testing.T, s *s3test.Server, bucket string) (*s3.Blobs, *bytes.Buffer) {
	t.Helper()
	s.SetKeys(t)
	var log bytes.Buffer
	b, err := s3.Open(t.Context(), s.URL(bucket), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return b, &log
}

func read(t *testing.T, b *s3.Blobs, key string) string {
	t.Helper()
	r, err := b.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBlobs(t *testing.T) {
	s := s3test.Start(t)
	b, log := open(t, s, s.Bucket(t)+"/some/prefix")
	for _, text := range []string{"first", "second", ""} {
		if err := b.Put(t.Context(), "manifests/a.json.gz", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, b, "manifests/a.json.gz"); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("the line is dead")))
	if err := b.Put(t.Context(), "manifests/a.json.gz", broken); err == nil {
		t.Error("half a blob was kept")
	}
	if got := read(t, b, "manifests/a.json.gz"); got != "" {
		t.Errorf("got %q, want what was there before", got)
	}
	for range 2 {
		if err := b.Delete(t.Context(), "manifests/a.json.gz"); err != nil {
			t.Errorf("removing: %v", err)
		}
	}
	if _, err := b.Get(t.Context(), "manifests/a.json.gz"); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
	for _, key := range []string{"../secret", "a/../../b", "/etc/passwd", ""} {
		if err := b.Put(t.Context(), key, strings.NewReader("x")); err == nil {
			t.Errorf("%q was written", key)
		}
	}
	for _, key := range []string{"a/1", "a/b/2", "c/3"} {
		if err := b.Put(t.Context(), key, strings.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	if err := b.Keys(t.Context(), func(folder string) bool { return folder != "c" }, func(key string, at time.Time) error {
		keys = append(keys, key)
		if at.IsZero() {
			t.Errorf("%s has no time", key)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(keys); got != "[a/1 a/b/2]" {
		t.Errorf("got %s, want those outside c", got)
	}
	if log.Len() > 0 {
		t.Errorf("it logged: %s", log)
	}
}

// The same bytes under the same key are stored once.
func TestWrittenTwice(t *testing.T) {
	s := s3test.Start(t)
	bucket := s.Bucket(t)
	b, _ := open(t, s, bucket)
	if err := b.Put(t.Context(), "manifests/a", strings.NewReader("content")); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(s.File(bucket, "manifests/a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Put(t.Context(), "manifests/a", strings.NewReader("content")); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(s.File(bucket, "manifests/a"))
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("the object was written again (%v)", err)
	}
}

// A flipped bit is found; the blob counts as missing, and can be stored again.
func TestDamaged(t *testing.T) {
	s := s3test.Start(t)
	bucket := s.Bucket(t)
	b, log := open(t, s, bucket)
	if err := b.Put(t.Context(), "manifests/a", strings.NewReader("content")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.File(bucket, "manifests/a"), []byte("cOntent"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), "manifests/a"); !errors.Is(err, fleet.NotFound) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v, want NotFound because it is damaged", err)
	}
	if !strings.Contains(log.String(), "blob is damaged") {
		t.Errorf("got the log %q, want it to say so", log)
	}
	if kept, err := os.ReadFile(s.File(bucket, "damaged/manifests/a")); err != nil || string(kept) != "cOntent" {
		t.Errorf("got %q and %v, want the damaged bytes set aside", kept, err)
	}
	if err := b.Put(t.Context(), "manifests/a", strings.NewReader("content")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, b, "manifests/a"); got != "content" {
		t.Errorf("got %q, want it as before", got)
	}
}

// What is wrong is said at the start, with the next step and without secrets.
func TestWrongBuckets(t *testing.T) {
	s := s3test.Start(t)
	denied := s.Bucket(t)
	s.DenyOthers(t, denied)
	for _, test := range []struct{ name, url, key, want string }{
		{"no URL", "/var/blobs", "", "--blobs is not like s3://HOST/BUCKET"},
		{"no bucket", "s3://" + s.Address(), "", "--blobs is not like s3://HOST/BUCKET"},
		{"credentials", "s3://a:s3cret@" + s.Address() + "/b", "", "everyone on this machine can read command lines"},
		{"parameter", s.URL("b") + "&acl=x", "", `no parameter "acl"; there are region, tls and iam`},
		{"missing", s.URL("missing"), "", "create the bucket missing"},
		{"wrong key", s.URL(denied), "nobody", "check AWS_ACCESS_KEY_ID"},
		{"denied", s.URL(denied), "reader", "get, put, delete and list objects in the bucket " + denied},
		{"nobody", "s3://127.0.0.1:1/b?tls=false", "", "check that it runs, and the host in --blobs"},
	} {
		s.SetKeys(t)
		if test.key != "" {
			t.Setenv("AWS_ACCESS_KEY_ID", test.key)
			t.Setenv("AWS_SECRET_ACCESS_KEY", "s3cret-of-"+test.key)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := s3.Open(ctx, test.url, slog.New(slog.DiscardHandler))
		cancel()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error has a secret: %v", test.name, err)
		}
	}
}
