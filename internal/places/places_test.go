package places_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/places"
)

// page is the page of a process with two points.
func page(host string, pid, count int) string {
	return fmt.Sprintf(`{"format":2,"name":"app","version":"v1","build":{"package":"example.com/app","commit":"c1","base":"v0"},`+
		`"process":{"host":%q,"pid":%d,"started":"2026-11-22T10:00:00Z"},"results":[{"id":0,"name":"example.com/app","metrics":{"total":2,"items":[`+
		`{"id":2,"count":0,"stableId":"b","package":"example.com/app","file":"b.go","line":9,"endLine":9,"lines":[],"func":"F","kind":"else","firstHit":null},`+
		`{"id":1,"count":%d,"stableId":"a","package":"example.com/app","file":"a.go","line":5,"endLine":7,"lines":[[5,7]],"func":"F","kind":"stmt","firstHit":"2026-11-22T10:00:05Z"}]}}]}`+"\n", host, pid, count)
}

func server(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// read returns the hosts of the processes found, and the problems.
func read(t *testing.T, r places.Reader, names ...string) (hosts, problems []string) {
	t.Helper()
	answer := r.Read(t.Context(), names)
	for _, p := range answer.Processes {
		hosts = append(hosts, p.Host)
	}
	for _, p := range answer.Problems {
		problems = append(problems, p.Error())
	}
	return hosts, problems
}

func TestKindsOfPlaces(t *testing.T) {
	t.Chdir(t.TempDir())
	addr := server(t, says(page("served", 1, 1)))
	deeper := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/shop/track" {
			io.WriteString(w, page("deeper", 1, 1))
			return
		}
		http.NotFound(w, r)
	})
	write(t, "one.json", page("one", 1, 1))
	write(t, "many.json", page("m1", 1, 1)+page("m2", 2, 1))
	write(t, "dir/goat-app-1.json", page("d1", 1, 1))
	write(t, "dir/goat-app-2.json", page("d2", 1, 1))
	write(t, "dir/.goat-app-3.tmp", "{")
	write(t, addr, page("a file called as the address", 1, 1))
	host, port, _ := net.SplitHostPort(addr)
	write(t, "sd.json", `[{"targets":["`+addr+`"],"labels":{"job":"x"}},{"targets":["`+deeper+`"]}]`)
	write(t, "pods.json", `{"apiVersion":"v1","kind":"List","items":[
		{"kind":"Pod","metadata":{"name":"shop-1"},"spec":{"containers":[{"ports":[{"name":"http","containerPort":80},{"name":"goat","containerPort":`+port+`}]}]},"status":{"phase":"Running","podIP":"`+host+`"}},
		{"kind":"Pod","metadata":{"name":"job"},"status":{"phase":"Succeeded","podIP":"`+host+`"}},
		{"kind":"Pod","metadata":{"name":"waits"},"status":{"phase":"Pending"}}]}`)
	write(t, "slices.json", `{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","endpoints":[{"addresses":["`+host+`"],"conditions":{"ready":false},"targetRef":{"kind":"Pod","name":"shop-1"}}],"ports":[{"name":"http","port":80},{"name":"goat","port":`+port+`}]}`)
	for _, test := range []struct {
		name   string
		places []string
		stdin  string
		want   []string
	}{
		{"address", []string{addr}, "", []string{"served"}},
		{"name", []string{"localhost:" + port}, "", []string{"served"}},
		{"URL", []string{"http://" + addr}, "", []string{"served"}},
		{"URL with a path", []string{"http://" + deeper + "/shop/track"}, "", []string{"deeper"}},
		{"file", []string{"one.json"}, "", []string{"one"}},
		{"file called as an address", []string{"./" + addr}, "", []string{"a file called as the address"}},
		{"file with two pages", []string{"many.json"}, "", []string{"m1", "m2"}},
		{"directory", []string{"dir"}, "", []string{"d1", "d2"}},
		{"standard input", []string{"-"}, page("in", 1, 1) + page("in2", 1, 1), []string{"in", "in2"}},
		{"pods", []string{"pods.json"}, "", []string{"served"}},
		{"endpoint slices", []string{"slices.json"}, "", []string{"served"}},
		{"a list on standard input", []string{"-"}, `[{"targets":["` + addr + `"]}]`, []string{"served"}},
		{"all", []string{"one.json", addr, "dir"}, "", []string{"one", "served", "d1", "d2"}},
	} {
		hosts, problems := read(t, places.Reader{Stdin: strings.NewReader(test.stdin)}, test.places...)
		if diff := cmp.Diff(test.want, hosts); diff != "" || len(problems) > 0 {
			t.Errorf("%s: got problems %q, hosts (-want +got):\n%s", test.name, problems, diff)
		}
	}
	hosts, problems := read(t, places.Reader{}, "sd.json")
	if diff := cmp.Diff([]string{"served"}, hosts); diff != "" || len(problems) != 1 || !strings.Contains(problems[0], "404") {
		t.Errorf("got problems %q, want the 404 of the second, hosts (-want +got):\n%s", problems, diff)
	}
}

// TestBadPlaces: each bad place is named in its error, and does not affect the
// others.
func TestBadPlaces(t *testing.T) {
	dir := t.TempDir()
	good := write(t, filepath.Join(dir, "good.json"), page("good", 1, 1))
	file := func(name, text string) string { return write(t, filepath.Join(dir, name), text) }
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := listener.Addr().String()
	listener.Close()
	whole := page("x", 1, 1)
	for place, want := range map[string]string{
		file("truncated.json", whole[:len(whole)/2]):                            "it ends early",
		file("empty.json", ""):                                                  "it ends early",
		file("other.json", `{"name":"app","version":"1.0.0"}`):                  "it has no results",
		file("html.json", "<html>"):                                             "check that it is /track",
		file("older.json", `{"results":[]}`):                                    "an older goat's",
		file("newer.json", `{"format":3}`):                                      "update goat",
		file("noname.json", `{"format":2,"results":[{"id":0}]}`):                "has no name",
		file("types.json", strings.Replace(whole, `"line":5`, `"line":"5"`, 1)): "stands where one would expect a number",
		file("services.json", `{"apiVersion":"v1","kind":"Service"}`):           "it lists a \"Service\"",
		file("nopods.json", `{"apiVersion":"v1","items":[],"kind":"List"}`):     "no running pod",
		file("notargets.json", `[{"targets":[]}]`):                              "it names no targets",
		file("badtarget.json", `[{"targets":["no port of/that"]}]`):             "is not an address",
		filepath.Join(dir, "nowhere.json"):                                      "there is no such file",
		t.TempDir():                                                             "no program has written its hits there",
		dead:                                                                    "connection refused",
		"nowhere.invalid:57005":                                                 "looking up nowhere.invalid",
		"http:///track":                                                         "names no host",
		"http://[::1":                                                           "no URL",
		server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }): "set GOAT_TOKEN",
		server(t, says("[1,2,3]")):   "check that it is /track",
		server(t, says(whole[:100])): "it ends early",
	} {
		hosts, problems := read(t, places.Reader{}, place, good)
		if diff := cmp.Diff([]string{"good"}, hosts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", place, diff)
		}
		if len(problems) != 1 || !strings.HasPrefix(problems[0], place) || !strings.Contains(problems[0], want) {
			t.Errorf("%s: got %q, want the place and %q", place, problems, want)
		}
	}
}

// TestSlowPlaces has a server that never answers, one that trickles and one that
// never ends, together with many fast ones.
func TestSlowPlaces(t *testing.T) {
	stop := make(chan struct{})
	trickle := server(t, func(w http.ResponseWriter, r *http.Request) {
		for {
			io.WriteString(w, " ")
			http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	silent := server(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	})
	t.Cleanup(func() { close(stop) })
	names := []string{trickle, silent}
	var want []string
	for i := range 100 {
		host := fmt.Sprint("pod-", i)
		names = append(names, server(t, says(page(host, 1, 1))))
		want = append(want, host)
	}
	var steps atomic.Int32
	begin := time.Now()
	hosts, problems := read(t, places.Reader{Timeout: 3 * time.Second, Step: func(int, int) { steps.Add(1) }}, names...)
	if diff := cmp.Diff(want, hosts); diff != "" {
		t.Errorf("hosts (-want +got):\n%s", diff)
	}
	if len(problems) != 2 || !strings.Contains(problems[0], "no answer within 3s") || !strings.Contains(problems[1], "no answer within 3s") {
		t.Errorf("got %q, want that two did not answer in time", problems)
	}
	if took := time.Since(begin); took > 12*time.Second {
		t.Errorf("got an answer after %v, want it soon after the limit of 3s", took)
	}
	if steps.Load() != 102 {
		t.Errorf("got %d steps, want 102", steps.Load())
	}
}

// TestEndlessBody has a server that sends as fast as it can, for ever.
func TestEndlessBody(t *testing.T) {
	chunk := strings.Repeat("[", 1<<20)
	addr := server(t, func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	})
	_, problems := read(t, places.Reader{Timeout: 60 * time.Second}, addr)
	if len(problems) != 1 || !strings.Contains(problems[0], "more than 256 MB") && !strings.Contains(problems[0], "no answer within") {
		t.Errorf("got %q, want that it is too large", problems)
	}
}

func TestGivenTwice(t *testing.T) {
	t.Chdir(t.TempDir())
	addr := server(t, says(page("served", 1, 1)))
	write(t, "hits/goat-1.json", page("file", 1, 1))
	hosts, problems := read(t, places.Reader{}, addr, "http://"+addr+"/track", "hits", "hits/goat-1.json")
	if diff := cmp.Diff([]string{"served", "file"}, hosts); diff != "" {
		t.Errorf("hosts (-want +got):\n%s", diff)
	}
	want := []string{"http://" + addr + "/track: it is given more than once, and read once", "hits/goat-1.json: it is given more than once, and read once"}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestToken: the token goes only to the named places, and is never shown.
func TestToken(t *testing.T) {
	var got atomic.Value
	var elsewhere atomic.Int32
	other := server(t, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	addr := server(t, func(w http.ResponseWriter, r *http.Request) {
		got.Store(r.Header.Get("Authorization"))
		http.Redirect(w, r, "http://"+other+"/track", http.StatusFound)
	})
	_, problems := read(t, places.Reader{Token: "secret"}, "http://user:pass@"+addr+"/track?token=hidden")
	if got.Load() != "Bearer secret" || elsewhere.Load() != 0 {
		t.Errorf("got the token %q, and %d requests elsewhere, want Bearer secret and none", got.Load(), elsewhere.Load())
	}
	if text := strings.Join(problems, "\n"); !strings.Contains(text, "which is not followed") || strings.Contains(text, "hidden") || strings.Contains(text, "pass") || strings.Contains(text, "secret") {
		t.Errorf("got %q, want what the server does, and nothing secret", text)
	}
}

// TestVirtualHost has a proxy that chooses the site by the host's name.
func TestVirtualHost(t *testing.T) {
	addr := server(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Host, "localhost:") {
			http.Error(w, "no such site", http.StatusNotFound)
			return
		}
		io.WriteString(w, page("behind", 1, 1))
	})
	_, port, _ := net.SplitHostPort(addr)
	if hosts, problems := read(t, places.Reader{}, "localhost:"+port); len(hosts) != 1 || len(problems) > 0 {
		t.Errorf("got %q and %q, want the page of the site", hosts, problems)
	}
}

// TestBusy has a program that is busy for a second.
func TestBusy(t *testing.T) {
	var asked atomic.Int32
	addr := server(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, page("busy", 1, 1))
	})
	if hosts, problems := read(t, places.Reader{}, addr); len(hosts) != 1 || asked.Load() != 2 {
		t.Errorf("got %q and %q after %d requests, want the page after two", hosts, problems, asked.Load())
	}
}

// TestOtherClocks has a pod whose clock is an hour slow.
func TestOtherClocks(t *testing.T) {
	addr := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Date(2026, 11, 22, 10, 1, 5, 0, time.UTC).Format(http.TimeFormat))
		io.WriteString(w, page("slow", 1, 1))
	})
	answer := new(places.Reader).Read(t.Context(), []string{addr})
	if len(answer.Processes) != 1 {
		t.Fatalf("got %v, want a process", answer.Problems)
	}
	if age := time.Since(time.Unix(0, answer.Processes[0].First[0])); age < 55*time.Second || age > 90*time.Second {
		t.Errorf("got a first hit %v ago, want a minute", age)
	}
}

func TestFilteredPage(t *testing.T) {
	name := write(t, filepath.Join(t.TempDir(), "part.json"), strings.Replace(page("part", 1, 1), `"total":2`, `"total":13`, 1))
	hosts, problems := read(t, places.Reader{}, name)
	if len(hosts) != 1 || len(problems) != 1 || !strings.Contains(problems[0], "it leaves out 11 of its points") {
		t.Errorf("got %q and %q, want the page and that it is a part", hosts, problems)
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stop := make(chan struct{})
	addr := server(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	})
	defer close(stop)
	if answer := new(places.Reader).Read(ctx, []string{addr}); len(answer.Problems) != 1 {
		t.Errorf("got %v, want that the place was not read", answer.Problems)
	}
}
