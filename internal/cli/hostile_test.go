package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/goat-trace/goat/internal/cli"
	"github.com/goat-trace/goat/rt/manifest"
)

// TestTrackFollowsNobody has servers that redirect the client: to another host,
// another port, another scheme, and in a circle. Only the server that was named may
// see the token.
func TestTrackFollowsNobody(t *testing.T) {
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		io.WriteString(w, trackJSON)
	}))
	t.Cleanup(other.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(other.URL, "http://"), ":")
	for name, target := range map[string]string{
		"another port": other.URL + "/track",
		"another host": "http://localhost:" + port + "/track",
		"a scheme":     "https://127.0.0.1:" + port + "/track",
		"a circle":     "/track?again",
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.RedirectHandler(target, http.StatusTemporaryRedirect))
			t.Cleanup(server.Close)
			got := goat("GOAT_TOKEN=secret", "track", "-addr", strings.TrimPrefix(server.URL, "http://"))
			if got.Code != 1 || !strings.Contains(got.Stderr, "it sends on") {
				t.Errorf("got %+v, want code 1 and what the server does", got)
			}
		})
	}
	if got := asked.Load(); got != 0 {
		t.Errorf("got %d requests at the other server, want none", got)
	}
}

// TestTrackFollowsItself has a server whose /track has moved.
func TestTrackFollowsItself(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/track" {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		}
		io.WriteString(w, trackJSON)
	}))
	t.Cleanup(server.Close)
	if got := goat("track", "-addr", strings.TrimPrefix(server.URL, "http://")); got.Code != 0 || got.Stdout != trackTable {
		t.Errorf("got %+v, want the page", got)
	}
}

// TestTrackUsesNoProxy: the token does not go to the proxy that HTTP_PROXY names.
func TestTrackUsesNoProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	if got := goat("GOAT_TOKEN=secret", "track", "-addr", "nowhere.invalid:1"); got.Code != 1 || asked.Load() != 0 {
		t.Errorf("got %+v and %d requests at the proxy, want code 1 and none", got, asked.Load())
	}
}

// TestTrackHostilePages has pages that become large when they are decoded, and
// pages with wrong parts.
func TestTrackHostilePages(t *testing.T) {
	const size = 4 << 20
	const limit = 192 << 20 // decoded at once it was 500 MB
	head := `{"format":` + string('0'+rune(manifest.TrackFormat)) + `,"name":"app","results":[`
	item := `{"id":0,"name":"app","metrics":{"total":1,"items":[`
	fill := func(unit string) string {
		return strings.TrimSuffix(strings.Repeat(unit, size/len(unit)), ",")
	}
	for name, body := range map[string]string{
		"empty items":   head + item + fill("{},") + "]}}]}",
		"empty results": head + fill("{},") + "]}",
		"small results": head + fill(`{"name":"a"},`) + "]}",
		"small items":   head + item + fill(`{"file":"a"},`) + "]}}]}",
		"a wide name":   head + item + `{"file":"` + strings.Repeat("w", 1<<18) + `"},` + strings.TrimSuffix(strings.Repeat(`{"file":"a"},`, 1000), ",") + "]}}]}",
		"no list":       head + `{"metrics":{"items":{}}}]}`,
		"other types":   head + item + `{"file":"a","line":"1"}]}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "page.json")
			if err := os.WriteFile(file, []byte(body), 0o666); err != nil {
				t.Fatal(err)
			}
			body = ""
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var stderr bytes.Buffer
			var printed counter
			cli.Main([]string{"track", file}, nil, &printed, &stderr, func(string) string { return "" })
			runtime.ReadMemStats(&after)
			if after.Sys > before.Sys+limit {
				t.Errorf("got %d MB more of memory, want %d at most", (after.Sys-before.Sys)>>20, limit>>20)
			}
			if printed > 20*size {
				t.Errorf("got %d MB printed of %d", printed>>20, size>>20)
			}
		})
	}
}

// counter counts what is written.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// TestNoControlCharacters puts them wherever foreign text may be.
func TestNoControlCharacters(t *testing.T) {
	bad := "\x1b]0;title\a\u009b2J\x7f" + "\x9b"
	escaped := `\u001b\u009b` // as JSON has them
	page := strings.NewReplacer("main.go", escaped, "app", escaped, "stmt", escaped).Replace(trackJSON)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, page)
	}))
	t.Cleanup(server.Close)
	status := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(c, "HTTP/1.1 503 "+bad+"\r\nContent-Length: "+"6\r\n\r\n"+"\x1b[31m\x9b")
		c.Close()
	}))
	t.Cleanup(status.Close)
	dir := t.TempDir()
	t.Chdir(dir)
	file := filepath.Join(dir, "goat.yaml")
	if err := os.WriteFile(file, []byte("\"key\\e\\x9b\": 1\ngranularity: \"\\e\\x9b\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	binary := manifest.AppendPackage(nil, manifest.Package{Path: bad, Module: bad, Points: []manifest.Point{{File: bad, Func: bad, Kind: bad, Line: 1, EndLine: 1, Directive: bad + ":1"}}})
	binary = manifest.AppendMain(binary, manifest.Main{Package: bad, Base: bad, Granularity: bad})
	if err := os.WriteFile("binary", binary, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"track", "-addr", strings.TrimPrefix(server.URL, "http://")},
		{"track", "-json", "-addr", strings.TrimPrefix(server.URL, "http://")},
		{"track", "-timeout", "2s", "-addr", strings.TrimPrefix(status.URL, "http://")},
		{"track", bad},
		{"points", "binary"},
		{"points", "-json", "binary"},
		{"points", bad},
		{"config"},
		{"config", "-base", bad},
		{bad},
		{"help", bad},
		{"track", "-" + bad},
	} {
		got := goat(args...)
		text := got.Stdout + got.Stderr
		if text == "" {
			t.Errorf("%q: got no output", args)
		}
		for i, b := range []byte(text) {
			if b < 0x20 && b != '\n' && b != '\t' || b == 0x7f {
				t.Errorf("%q: got the control character %#x in %q", args, b, text[max(0, i-20):min(len(text), i+20)])
				break
			}
		}
		if strings.Contains(text, "\u009b") || !isText(text) {
			t.Errorf("%q: got %q, want no control character of one byte or two", args, text)
		}
	}
}

func isText(text string) bool { return strings.ToValidUTF8(text, "") == text }

// TestLostOutput writes to a pipe that nobody reads, and to a full disk.
func TestLostOutput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.json")
	if err := os.WriteFile(file, []byte(trackJSON), 0o666); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "binary")
	if err := os.WriteFile(binary, manifest.AppendMain(nil, manifest.Main{Package: "main"}), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"help"}, {"help", "track"}, {"track", "-h"}, {"version"}, {"version", "-json"}, {"config"}, {"config", "-json"},
		{"track", file}, {"track", "-json", file}, {"points", binary}, {"points", "-json", binary}, {"build", "-h"},
	} {
		for err, says := range map[error]string{syscall.EPIPE: "", syscall.ENOSPC: "goat: writing to standard output: "} {
			var stderr bytes.Buffer
			code := cli.Main(args, nil, lost{err}, &stderr, func(string) string { return "" })
			if code != 1 || says == "" && stderr.Len() > 0 || !strings.HasPrefix(stderr.String(), says) || strings.Count(stderr.String(), "\n") > 1 {
				t.Errorf("%q, %v: got code %d and %q, want 1 and %q", args, err, code, stderr.String(), says)
			}
		}
	}
}

type lost struct{ err error }

func (l lost) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "|1", Err: l.err}
}
