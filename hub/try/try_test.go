package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// buffer is what a program prints, to be read while it runs.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// TestTry runs the demonstration, opens all that it says one should look at, and
// interrupts it.
func TestTry(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("GOAT_CACHE", t.TempDir())
	t.Chdir("..")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr buffer
	done := make(chan error, 1)
	go func() { done <- try(ctx, false, &stdout, &stderr) }()
	for end := time.Now().Add(10 * time.Minute); !strings.Contains(stderr.String(), "press Ctrl-C"); time.Sleep(100 * time.Millisecond) {
		select {
		case err := <-done:
			t.Fatalf("got %v before it was interrupted\n%s", err, stderr.String())
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("it shows nothing after ten minutes\n%s", stderr.String())
		}
	}
	shown := stdout.String()
	for _, want := range []string{`shop +v1\.2\.0 +live +2 +[1-9]`, `shop +v1\.1\.0 `, `ferry +v1\.1\.0 +live +5 `} {
		if !regexp.MustCompile(want).MatchString(shown) {
			t.Errorf("got %s, want %s in it", shown, want)
		}
	}
	addresses := regexp.MustCompile(`http://\S+`).FindAllString(shown, -1)
	if len(addresses) < 9 {
		t.Errorf("got addresses %q, want all that one should look at", addresses)
	}
	for _, address := range addresses {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || len(page) == 0 {
			t.Errorf("%s: got %s and %d bytes, want a page", address, resp.Status, len(page))
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("got %v after the interrupt, want success", err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("got %v left in the temporary directory (%v), want nothing", left, err)
	}
	if _, err := http.Get(addresses[0]); err == nil {
		t.Error("the hub still answers, want it ended")
	}
}
