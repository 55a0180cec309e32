package cli_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const trackJSON = `{"format":2,"name":"app","version":"v2","results":[` +
	`{"id":0,"name":"example.com/app","metrics":{"version":"1","total":2,"covered":1,"coveredRate":50,"items":[` +
	`{"id":1,"name":"TRACK_ID_1","count":12,"stableId":"a","file":"main.go","line":5,"endLine":7,"lines":[[5,7]],"func":"main","kind":"stmt","firstHit":null},` +
	`{"id":2,"name":"TRACK_ID_2","count":0,"stableId":"b","file":"pay\u001b.go","line":9,"endLine":9,"lines":[],"func":"(*T).Pay","kind":"else","firstHit":null}]}},` +
	`{"id":1,"name":"billing","metrics":{"version":"1","total":0,"covered":0,"coveredRate":100,"items":[]}}]}` + "\n"

const trackTable = `app v2 (commit not known): 1 of 2 points covered (50%)
example.com/app: 1 of 2 points covered (50%)
billing: 0 of 0 points covered (100%)

   COUNT  POSITION        FUNC      KIND
✓     12  main.go:5-7     main      stmt
✗      0  "pay\x1b.go:9"  (*T).Pay  else
`

// serve answers each request with body and remembers the last request.
func serve(t *testing.T, status int, body string) (addr string, last *http.Request) {
	t.Helper()
	last = new(http.Request)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*last = *r
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), last
}

func TestTrack(t *testing.T) {
	addr, last := serve(t, http.StatusOK, trackJSON)
	got := goat("GOAT_TOKEN=secret\n", "track", "-addr", addr)
	if diff := cmp.Diff(result{0, trackTable, ""}, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if got, want := last.URL.String(), "/track?order=2"; got != want {
		t.Errorf("got request %s, want %s", got, want)
	}
	if got, want := last.Header.Get("Authorization"), "Bearer secret"; got != want {
		t.Errorf("got authorization %q, want %q", got, want)
	}
}

// TestTrackByName uses a host name that a binary does not know, and would refuse.
func TestTrackByName(t *testing.T) {
	addr, last := serve(t, http.StatusOK, trackJSON)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	if got := goat("track", "-addr", "localhost:"+port); got.Code != 0 {
		t.Fatalf("got %v, want the table", got)
	}
	if host, err := netip.ParseAddrPort(last.Host); err != nil || !host.Addr().IsLoopback() {
		t.Errorf("got the host %q asked for, want an address of the loopback", last.Host)
	}
}

// TestTrackJSONOfOnePage: the output has everything that the binary answers,
// unchanged, and more.
func TestTrackJSONOfOnePage(t *testing.T) {
	addr, _ := serve(t, http.StatusOK, trackJSON)
	got := goat("track", "-json", "-addr", "http://"+addr+"/")
	if !strings.HasPrefix(got.Stdout, strings.TrimSuffix(trackJSON, "}\n")) {
		t.Errorf("got %s, want what the binary answers", got.Stdout)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(got.Stdout), &all); err != nil || all["releases"] == nil {
		t.Errorf("got %v and %s, want JSON with releases", err, got.Stdout)
	}
	got = goat("track", "-json", "-component", "0", "-covered", "false", "-addr", addr)
	var page struct {
		Results []struct {
			Name    string
			Metrics struct {
				Total int
				Items []struct{ ID int }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.Stdout), &page); err != nil {
		t.Fatal(err)
	}
	if r := page.Results; len(r) != 1 || r[0].Name != "example.com/app" || r[0].Metrics.Total != 2 || len(r[0].Metrics.Items) != 1 || r[0].Metrics.Items[0].ID != 2 {
		t.Errorf("got results %+v, want the point 2 of the first component", r)
	}
}

func TestTrackPort(t *testing.T) {
	addr, _ := serve(t, http.StatusOK, trackJSON)
	_, port, _ := strings.Cut(addr, ":")
	if got := goat("GOAT_PORT="+port, "track"); got.Code != 0 {
		t.Errorf("got %+v, want the port of GOAT_PORT asked", got)
	}
}

func TestTrackFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "goat-app-1.json")
	if err := os.WriteFile(file, []byte(trackJSON), 0o644); err != nil {
		t.Fatal(err)
	}
	got := goat("track", file, file)
	if diff := cmp.Diff(result{0, trackTable, "goat track: " + file + ": it is given more than once, and read once\n"}, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

func TestTrackErrors(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"token", http.StatusUnauthorized, "", "set GOAT_TOKEN to the token"},
		{"other server", http.StatusNotFound, "", "probably not goat's port"},
		{"complaint", http.StatusBadRequest, `{"error":"known are a, b"}`, "400 Bad Request: known are a, b\n"},
		{"text", http.StatusBadGateway, "no upstream\n", "502 Bad Gateway: no upstream\n"},
		{"other JSON", http.StatusOK, `{"name":"app","version":"1.0.0"}`, "check that it is /track of a binary built with goat"},
		{"older", http.StatusOK, strings.Replace(trackJSON, `"format":2,`, "", 1), "format 1, an older goat's, and this goat reads format 2; rebuild the binary with this goat"},
		{"newer", http.StatusOK, `{"format":3}`, "format 3, a newer goat's, and this goat reads format 2; update goat"},
		{"no JSON", http.StatusOK, "<html>", "check that it is /track of a binary built with goat"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			addr, _ := serve(t, test.status, test.body)
			got := goat("track", "-addr", addr)
			if got.Code != 1 || got.Stdout != "" || !strings.Contains(got.Stderr, test.want) || !strings.Contains(got.Stderr, addr) {
				t.Errorf("got %+v, want code 1, the address and %q", got, test.want)
			}
		})
	}
}

// A file of another format is shown neither as a table nor as JSON.
func TestTrackFilesOfOtherFormats(t *testing.T) {
	for format, want := range map[string]string{"": "rebuild the binary with this goat", `"format":1,`: "rebuild the binary with this goat", `"format":3,`: "update goat"} {
		file := filepath.Join(t.TempDir(), "goat-app-1.json")
		if err := os.WriteFile(file, []byte(strings.Replace(trackJSON, `"format":2,`, format, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"track", file}, {"track", "-json", file}} {
			if got := goat(args...); got.Code != 1 || got.Stdout != "" || !strings.Contains(got.Stderr, file) || !strings.Contains(got.Stderr, want) {
				t.Errorf("format %q: got %+v, want code 1, the file and %q", format, got, want)
			}
		}
	}
}
