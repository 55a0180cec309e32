package trackpage_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/trackpage"
)

const text = `{"format":2,"name":"app","version":"v1","new":[{}],
"build":{"package":"example.com/app","commit":"c1","modified":true,"base":"v0","baseCommit":"b","source":"diff","granularity":"patch","dataType":"count","goat":"v9"},
"process":{"host":"pod-1","pid":7,"started":"2026-11-22T10:00:00Z"},
"results":[{"id":0,"name":"example.com/app","metrics":{"version":"1","total":2,"covered":1,"coveredRate":50,"items":[
{"id":2,"name":"TRACK_ID_2","count":0,"stableId":"b","package":"example.com/app","module":"example.com/lib","moduleVersion":"v1.2.3","file":"b.go","line":9,"endLine":9,"lines":[],"func":"G","kind":"else","directive":"x.y:3","firstHit":null},
{"id":1,"name":"TRACK_ID_1","count":3,"stableId":"a","package":"example.com/app","file":"a.go","line":5,"endLine":7,"lines":[[5,7]],"func":"F","kind":"stmt","firstHit":"2026-11-22T10:00:05Z"}]}},
{"id":1,"name":"lib","metrics":{"version":"1","total":1,"items":[{"id":2,"count":0,"stableId":"b","file":"b.go","line":9}]}}]}`

func TestParse(t *testing.T) {
	t.Parallel()
	page, err := trackpage.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	want := &trackpage.Page{Process: &coverage.Process{
		Host: "pod-1", PID: 7, Started: start, Counts: []uint64{3, 0}, First: []int64{start.Add(5 * time.Second).UnixNano(), 0},
		Build: &coverage.Build{
			App: "app", Version: "v1", Package: "example.com/app", Commit: "c1", Modified: true, Base: "v0", BaseCommit: "b", Source: "diff",
			Granularity: "patch", DataType: "count", Goat: "v9",
			Sites: []coverage.Site{
				{StableID: "a", Package: "example.com/app", File: "a.go", Line: 5, EndLine: 7, Lines: [][2]int{{5, 7}}, Func: "F", Kind: "stmt"},
				{StableID: "b", Package: "example.com/app", Module: "example.com/lib", ModuleVersion: "v1.2.3", File: "b.go", Line: 9, EndLine: 9, Func: "G", Kind: "else", Directive: "x.y:3"},
			},
			Components: []coverage.Component{{Name: "example.com/app", Sites: []int{0, 1}}, {Name: "lib", Sites: []int{1}}},
		},
	}}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

// TestOldPage has a page without what was added to the format.
func TestOldPage(t *testing.T) {
	t.Parallel()
	page, err := trackpage.Parse([]byte(`{"format":2,"name":"app","results":[{"id":0,"name":"example.com/app","metrics":{"items":null}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := page.Process.Build.Package; got != "example.com/app" || !page.Process.Started.IsZero() {
		t.Errorf("got package %q, started %v, want the first component's name and no time", got, page.Process.Started)
	}
}

// FuzzParse holds against encoding/json: what is a page there, has as many points
// with as many hits.
func FuzzParse(f *testing.F) {
	f.Add([]byte(text))
	for _, seed := range []string{"", "{", "[]", "null", `{"format":2,"results":[]}`, `{"format":2,"results":{}}`, `{"format":2,"results":[{"name":"a","metrics":{"items":[{}]}}]}`,
		`{"format":3,"results":1}`, `{"format":2,"results":[{"name":"a","metrics":{"total":-9,"items":[{"file":"x","id":-1,"count":18446744073709551615}]}}]}`, text[:len(text)/2], text + text} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		page, err := trackpage.Parse(data)
		if err != nil {
			if page != nil || err.Error() == "" {
				t.Errorf("got a page and the error %v", err)
			}
			return
		}
		p, b := page.Process, page.Process.Build
		if !json.Valid(data) || len(p.Counts) != len(b.Sites) || len(p.First) != len(b.Sites) {
			t.Errorf("got %d sites, %d counts, %d times of valid JSON: %v", len(b.Sites), len(p.Counts), len(p.First), json.Valid(data))
		}
		for _, r := range coverage.Merge([]*coverage.Process{p}) {
			r.Total()
			r.Components()
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var page strings.Builder
	page.WriteString(text[:strings.Index(text, `{"id":2`)])
	const points = 10_000
	for i := range points {
		fmt.Fprintf(&page, `{"id":%d,"name":"TRACK_ID_%d","count":%d,"stableId":"%016x","package":"example.com/shop/internal/ledger","file":"internal/ledger/refund.go","line":%d,"endLine":%d,"lines":[[%d,%d]],"func":"(*Ledger).Refund","kind":"stmt","firstHit":"2026-11-22T10:00:05.123456789Z"},`, i+1, i+1, i%3, i, i+1, i+2, i+1, i+2)
	}
	body := strings.TrimSuffix(page.String(), ",") + "]}}]}"
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if p, err := trackpage.Parse([]byte(body)); err != nil || len(p.Process.Build.Sites) != points {
			b.Fatal(err)
		}
	}
}
