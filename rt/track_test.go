package rt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

var trackMain = manifest.Main{
	Package: "example.com/m/app", App: `a"pp`, Version: "v1", DataType: "count",
	Base: "v0", BaseCommit: "ba5e", Source: "diff", Granularity: "patch", Goat: "v9",
	Components: []manifest.Component{{Name: "lib", Patterns: []string{"./lib"}}, {Name: "empty", Patterns: []string{"none"}}},
}

func trackReport(counts ...uint32) *Report {
	directive := pt("lib/y.y.go", "(*T).M", "else", 30, 30)
	directive.Directive = "y.y:3"
	r := reportOf(trackMain,
		pkg{manifest.Package{Path: "example.com/m/app", Module: "example.com/m", Points: []manifest.Point{
			pt("app/main.go", "main", "stmt", 3, 5, [2]int{3, 3}, [2]int{5, 5}),
			pt("app/main.go", "main.func1", "then", 4, 4, [2]int{4, 4}),
		}}, counts[:2]},
		pkg{manifest.Package{Path: "example.com/m/lib", Module: "example.com/m", Points: []manifest.Point{
			pt("lib/x.go", "F[...]", "func", 1, 9, [2]int{1, 9}),
			directive,
		}}, counts[2:]})
	r.catalog.build.Commit, r.catalog.build.Modified = "c0ffee", true
	r.catalog.process = process{host: "pod-1", pid: 7, started: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC).UnixNano()}
	r.first[0] = time.Date(2026, 11, 22, 10, 11, 12, 345e6, time.UTC).UnixNano()
	return r
}

func trackText(t *testing.T, r *Report, query string) string {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	q, err := r.ParseQuery(values)
	if err != nil {
		t.Fatalf("query %q: %v", query, err)
	}
	var b bytes.Buffer
	if err := r.WriteTrack(&b, q); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The text is what docs/compatibility promises: GOAT's fields under GOAT's
// names, and goat's own.
func TestTrackPage(t *testing.T) {
	r := trackReport(2, 0, 1, 0)
	components := r.Components()
	id := func(kind string) string { return manifest.StableID(0, kind, 0) }
	want := `{"format":2,"name":"a\"pp","version":"v1",` +
		`"build":{"package":"example.com/m/app","commit":"c0ffee","modified":true,"base":"v0","baseCommit":"ba5e","source":"diff","granularity":"patch","dataType":"count","goat":"v9"},` +
		`"process":{"host":"pod-1","pid":7,"started":"2026-11-22T10:00:00Z"},"results":[` +
		`{"id":0,"name":"example.com/m/app","metrics":{"version":"` + components[0].Version + `","total":4,"covered":2,"coveredRate":50,"items":[` +
		`{"id":1,"name":"TRACK_ID_1","count":2,"stableId":"` + id("stmt") + `","package":"example.com/m/app","file":"app/main.go","line":3,"endLine":5,"lines":[[3,3],[5,5]],"func":"main","kind":"stmt","firstHit":"2026-11-22T10:11:12.345Z"},` +
		`{"id":2,"name":"TRACK_ID_2","count":0,"stableId":"` + id("then") + `","package":"example.com/m/app","file":"app/main.go","line":4,"endLine":4,"lines":[[4,4]],"func":"main.func1","kind":"then","firstHit":null},` +
		`{"id":3,"name":"TRACK_ID_3","count":1,"stableId":"` + id("func") + `","package":"example.com/m/lib","file":"lib/x.go","line":1,"endLine":9,"lines":[[1,9]],"func":"F[...]","kind":"func","firstHit":null},` +
		`{"id":4,"name":"TRACK_ID_4","count":0,"stableId":"` + id("else") + `","package":"example.com/m/lib","file":"lib/y.y.go","line":30,"endLine":30,"lines":[],"func":"(*T).M","kind":"else","directive":"y.y:3","firstHit":null}]}},` +
		`{"id":1,"name":"empty","metrics":{"version":"` + components[1].Version + `","total":0,"covered":0,"coveredRate":100,"items":[]}}]}` + "\n"
	if diff := cmp.Diff(want, trackText(t, r, "component=0,empty&order=2")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// shown lists the ids of each component's items.
func shown(t *testing.T, r *Report, query string) map[string][]int {
	t.Helper()
	var decoded struct {
		Results []struct {
			Name    string
			Metrics struct {
				Total, Covered int
				Items          []struct{ ID int }
			}
		}
	}
	if err := json.Unmarshal([]byte(trackText(t, r, query)), &decoded); err != nil {
		t.Fatal(err)
	}
	ids := map[string][]int{}
	for _, c := range decoded.Results {
		for _, other := range r.Components() {
			if other.Name == c.Name && (other.Total != c.Metrics.Total || other.Covered != c.Metrics.Covered) {
				t.Errorf("query %q, component %s: got %d of %d, want %d of %d", query, c.Name, c.Metrics.Covered, c.Metrics.Total, other.Covered, other.Total)
			}
		}
		ids[c.Name] = []int{}
		for _, it := range c.Metrics.Items {
			ids[c.Name] = append(ids[c.Name], it.ID)
		}
	}
	return ids
}

func TestTrackQueries(t *testing.T) {
	r := trackReport(5, 0, 1, 0)
	app := func(ids ...int) map[string][]int { return map[string][]int{"example.com/m/app": ids} }
	for query, want := range map[string]map[string][]int{
		"":                                  {"example.com/m/app": {2, 4, 3, 1}, "lib": {4, 3}, "empty": {}},
		"component=":                        {"example.com/m/app": {2, 4, 3, 1}, "lib": {4, 3}, "empty": {}},
		"component=lib&order=2":             {"lib": {3, 4}},
		"component=2&order=2":               {"lib": {3, 4}},
		"component=2,+lib,,2":               {"lib": {4, 3}},
		"component=lib&component=empty":     {"lib": {4, 3}, "empty": {}},
		"component=app&order=0":             app(2, 4, 3, 1),
		"component=app&order=1":             app(1, 3, 2, 4),
		"component=0&order=2":               app(1, 2, 3, 4),
		"component=0&order=3":               app(4, 3, 2, 1),
		"component=0&order=17":              app(2, 4, 3, 1),
		"component=0&order=-1":              app(2, 4, 3, 1),
		"component=0&order=2&file=lib/x.go": app(3),
		"component=0&order=2&file=lib/*":    app(3, 4),
		"component=0&order=2&file=lib/x.go&file=app/main.go": app(1, 2, 3),
		"component=0&order=2&package=example.com/m/...":      app(1, 2, 3, 4),
		"component=0&order=2&package=*lib":                   app(3, 4),
		"component=0&order=2&package=example.com/m/app":      app(1, 2),
		"component=0&order=2&func=main":                      app(1),
		"component=0&order=2&func=main*":                     app(1, 2),
		"component=0&order=2&func=(*T).M":                    app(4),
		"component=0&order=2&func=F[...]":                    app(3),
		"component=0&order=2&covered=true":                   app(1, 3),
		"component=0&order=2&covered=false&file=app/*":       app(2),
		"component=0&file=nothing":                           app(),
	} {
		if diff := cmp.Diff(want, shown(t, r, query), cmp.Transformer("empty", func(ids []int) string { return fmt.Sprint(ids) })); diff != "" {
			t.Errorf("query %q (-want +got):\n%s", query, diff)
		}
	}
}

func TestTrackQueryErrors(t *testing.T) {
	r := trackReport(0, 0, 0, 0)
	known := `the components are 0 "example.com/m/app", 1 "empty", 2 "lib"`
	for query, want := range map[string]string{
		"component=nope":     `unknown component "nope"; ` + known,
		"component=lib,nope": `unknown component "nope"; ` + known,
		"component=3":        `unknown component "3"; ` + known,
		"component=-1":       `unknown component "-1"; ` + known,
		"order=up":           `order "up" is no number; use 0 (count ascending), 1 (count descending), 2 (id ascending) or 3 (id descending)`,
		"covered=maybe":      `covered is "maybe"; use true or false`,
	} {
		values, _ := url.ParseQuery(query)
		_, err := r.ParseQuery(values)
		if err == nil || err.Error() != want {
			t.Errorf("query %q: got %v, want %s", query, err, want)
		}
	}
}

func TestAmbiguousLastElementIsUnknown(t *testing.T) {
	m := trackMain
	m.Components = append(m.Components, manifest.Component{Name: "team/app", Patterns: []string{"..."}})
	r := reportOf(m, simple("example.com/m/app", 1))
	if _, err := r.ParseQuery(url.Values{"component": {"app"}}); err == nil || !strings.Contains(err.Error(), `"team/app"`) {
		t.Errorf("got %v, want an error that names both", err)
	}
}

func TestDigests(t *testing.T) {
	version := func(r *Report, i int) string { return r.Components()[i].Version }
	base := trackReport(1, 0, 0, 0)
	same, other, lib := trackReport(1, 0, 0, 0), trackReport(1, 1, 0, 0), trackReport(0, 1, 0, 0)
	if version(base, 0) != version(same, 0) || base.Digest(Query{}) != same.Digest(Query{}) {
		t.Error("got different digests for the same counts")
	}
	if version(base, 0) == version(other, 0) || version(base, 0) == version(lib, 0) || base.Digest(Query{}) == other.Digest(Query{}) {
		t.Error("got the same digest for different counts")
	}
	if version(base, 2) != version(other, 2) {
		t.Error("got a new version of lib, none of whose points were hit")
	}
	same.first[0]++
	if base.Digest(Query{}) == same.Digest(Query{}) {
		t.Error("got the same page digest for another time of the first hit")
	}
	later := trackReport(1, 0, 0, 0)
	later.catalog.process.started++
	if base.Digest(Query{}) == later.Digest(Query{}) {
		t.Error("got the same page digest for another process")
	}
	if len(version(base, 0)) != 16 {
		t.Errorf("got version %q, want 16 digits", version(base, 0))
	}
}

// TestDigestOfWhatIsNoCount changes what is on the page besides the counts. A
// client that caches the page must notice another release, and other ids after
// a plugin was loaded.
func TestDigestOfWhatIsNoCount(t *testing.T) {
	digest := func(m manifest.Main, packages ...pkg) string {
		r := reportOf(m, packages...)
		q, err := r.ParseQuery(url.Values{"component": {"lib"}})
		if err != nil {
			t.Fatal(err)
		}
		return r.Digest(q)
	}
	lib, plugin := simple("example.com/m/lib", 0), simple("example.com/m/a", 0)
	before := digest(trackMain, lib)
	for what, change := range map[string]func(*manifest.Main){
		"version": func(m *manifest.Main) { m.Version = "v2" },
		"name":    func(m *manifest.Main) { m.App = "b" },
	} {
		m := trackMain
		change(&m)
		if digest(m, lib) == before {
			t.Errorf("got the same page digest for another %s of the program", what)
		}
	}
	if digest(trackMain, plugin, lib) == before {
		t.Error("got the same page digest for other ids")
	}
}

// limited fails after n bytes, like a client that leaves.
type limited struct {
	n       int
	largest int
}

var errGone = errors.New("gone")

func (l *limited) Write(p []byte) (int, error) {
	l.largest = max(l.largest, len(p))
	if l.n -= len(p); l.n < 0 {
		return 0, errGone
	}
	return len(p), nil
}

func TestLargePagesAreStreamed(t *testing.T) {
	large := simple("example.com/m/large", make([]uint32, 100_000)...)
	for i := range large.counts {
		large.counts[i] = uint32(i % 3)
	}
	r := reportOf(manifest.Main{DataType: "count", Hits: "point"}, large)
	for name, write := range map[string]func(*limited) error{
		"track":   func(w *limited) error { return r.WriteTrack(w, Query{}) },
		"metrics": func(w *limited) error { return r.WriteMetrics(w, true) },
	} {
		whole := &limited{n: 1 << 30}
		if err := write(whole); err != nil || whole.largest > 64<<10 || whole.n > 1<<30-(10<<20) {
			t.Errorf("%s: got %v, pieces of up to %d bytes, %d in all, want pieces of at most 64 KB and over 10 MB", name, err, whole.largest, 1<<30-whole.n)
		}
		if err := write(&limited{n: 100_000}); !errors.Is(err, errGone) {
			t.Errorf("%s: got %v, want the writer's error", name, err)
		}
	}
}
