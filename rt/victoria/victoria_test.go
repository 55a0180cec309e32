package victoria_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"github.com/VictoriaMetrics/metrics"
	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/rt/victoria"
)

// This is what goat-exec generates for an instrumented package and for main.
var goatCounters [2]uint32

//go:linkname goatHooks github.com/goat-trace/goat/rt.registerHooksV4
var goatHooks []func(unsafe.Pointer)

func register() {
	count, meta := len(goatCounters), string(manifest.AppendPackage(nil, manifest.Package{
		Path: "example.com/app/lib",
		Points: []manifest.Point{
			{File: "lib/x.go", Func: "F", Kind: "stmt", Line: 3, EndLine: 3},
			{File: "lib/x.go", Func: "F", Kind: "else", Line: 5, EndLine: 5},
		},
	}))
	var shards, stride int
	goatHooks[0](unsafe.Pointer(&[5]unsafe.Pointer{unsafe.Pointer(&goatCounters), unsafe.Pointer(&count), unsafe.Pointer(&meta), unsafe.Pointer(&shards), unsafe.Pointer(&stride)}))
	rt.Start(string(manifest.AppendMain(nil, manifest.Main{
		Package: "example.com/app", App: `de"mo`, Version: "v1", Base: "main", Granularity: "patch", Hits: "point",
	})))
	goatCounters[1] = 1
}

var sample = regexp.MustCompile(`^([a-z_]+)\{(.*)\} (\S+)$`)

// series parses a page into name{labels} and value, each at most once.
func series(t *testing.T, page string) map[string]string {
	t.Helper()
	got := map[string]string{}
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "# HELP ") || strings.HasPrefix(line, "# TYPE ") {
			continue
		}
		m := sample.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("got line %q, want a sample", line)
		}
		key := m[1] + "{" + m[2] + "}"
		if _, ok := got[key]; ok {
			t.Errorf("got %s twice", key)
		}
		got[key] = m[3]
	}
	return got
}

func TestSeriesOfASet(t *testing.T) {
	register()
	own := metrics.NewSet()
	own.NewCounter(`requests_total{path="/"}`).Inc()
	victoria.Register(own)
	t.Setenv("GOAT_METRICS_COMPAT", "true")
	alone := victoria.NewSet()

	commit := regexp.MustCompile(`commit="[^"]*"`)
	page := func(s *metrics.Set) map[string]string {
		var b bytes.Buffer
		s.WritePrometheus(&b)
		return series(t, commit.ReplaceAllString(b.String(), `commit=""`))
	}
	point := func(line, kind string) string {
		return `goat_point_covered{component="example.com/app",package="example.com/app/lib",file="lib/x.go",line="` + line +
			`",func="F",kind="` + kind + `",stable_id="` + manifest.StableID(0, kind, 0) + `"}`
	}
	want := map[string]string{
		`goat_points{component="example.com/app"}`:                                                        "2",
		`goat_points_covered{component="example.com/app"}`:                                                "1",
		`goat_coverage_ratio{component="example.com/app"}`:                                                "0.5",
		`goat_build_info{app="de\"mo",version="v1",commit="",base="main",granularity="patch",adaptor=""}`: "1",
		point("3", "stmt"):         "0",
		point("5", "else"):         "1",
		`requests_total{path="/"}`: "1",
	}
	if diff := cmp.Diff(want, page(own)); diff != "" {
		t.Errorf("with the application's (-want +got):\n%s", diff)
	}

	delete(want, `requests_total{path="/"}`)
	labels := `{app="de\"mo",version="v1",component="example.com/app"}`
	want["goat_track_total"+labels], want["goat_track_covered"+labels], want["goat_track_coverage_ratio"+labels] = "2", "1", "50"
	if diff := cmp.Diff(want, page(alone)); diff != "" {
		t.Errorf("alone (-want +got):\n%s", diff)
	}

	goatCounters[0] = 1
	if got := page(own)[`goat_coverage_ratio{component="example.com/app"}`]; got != "1" {
		t.Errorf("after another hit: got ratio %s, want 1", got)
	}
}

// TestOff checks that with GOAT=off an application's page only has the
// application's series. The variable counts for a whole process, so the test
// starts one.
func TestOff(t *testing.T) {
	if os.Getenv("GOAT") == "off" {
		register()
		own := metrics.NewSet()
		own.NewCounter(`requests_total{path="/"}`).Inc()
		victoria.Register(own)
		own.WritePrometheus(os.Stdout)
		fmt.Printf("%d points\n", len(rt.Snapshot()))
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOff$")
	cmd.Env = append(os.Environ(), "GOAT=off", "GOAT_METRICS_COMPAT=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := "requests_total{path=\"/\"} 1\n0 points\n"
	if got, _, _ := strings.Cut(string(out), "PASS"); got != want {
		t.Errorf("got %q with GOAT=off, want %q", got, want)
	}
}
