package rt

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

func metricsText(t *testing.T, r *Report, compat bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteMetrics(&b, compat); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func metricsMain() manifest.Main {
	return manifest.Main{
		Package: "example.com/m/app", App: "a\\b", Version: "v\"1\"", Base: "li\nne\xff", Granularity: "scope", Adaptor: "victoria", DataType: "count",
		Components: []manifest.Component{{Name: "empty", Patterns: []string{"none"}}},
	}
}

const wantMetrics = `# HELP goat_points Tracking points in the component.
# TYPE goat_points gauge
goat_points{component="example.com/m/app"} 3
goat_points{component="empty"} 0
# HELP goat_points_covered Tracking points in the component that have been hit.
# TYPE goat_points_covered gauge
goat_points_covered{component="example.com/m/app"} 1
goat_points_covered{component="empty"} 0
# HELP goat_coverage_ratio Covered part of the component's tracking points, 0 to 1; 1 with no points.
# TYPE goat_coverage_ratio gauge
goat_coverage_ratio{component="example.com/m/app"} 0.3333333333333333
goat_coverage_ratio{component="empty"} 1
# HELP goat_build_info What the program was built from; always 1.
# TYPE goat_build_info gauge
goat_build_info{app="a\\b",version="v\"1\"",commit="",base="li\nne` + "\uFFFD" + `",granularity="scope",adaptor="victoria"} 1
`

const wantCompat = `# HELP goat_track_total goat track total
# TYPE goat_track_total gauge
goat_track_total{app="a\\b",version="v\"1\"",component="example.com/m/app"} 3
goat_track_total{app="a\\b",version="v\"1\"",component="empty"} 0
# HELP goat_track_covered goat track covered
# TYPE goat_track_covered gauge
goat_track_covered{app="a\\b",version="v\"1\"",component="example.com/m/app"} 1
goat_track_covered{app="a\\b",version="v\"1\"",component="empty"} 0
# HELP goat_track_coverage_ratio goat track coverage ratio
# TYPE goat_track_coverage_ratio gauge
goat_track_coverage_ratio{app="a\\b",version="v\"1\"",component="example.com/m/app"} 33
goat_track_coverage_ratio{app="a\\b",version="v\"1\"",component="empty"} 100
`

func TestMetricsPage(t *testing.T) {
	r := reportOf(metricsMain(), simple("example.com/m/app", 9, 0, 0))
	r.catalog.build.Commit = "" // a test binary may have a stamp
	if diff := cmp.Diff(wantMetrics, metricsText(t, r, false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantMetrics+wantCompat, metricsText(t, r, true)); diff != "" {
		t.Errorf("with compat (-want +got):\n%s", diff)
	}
}

func TestMetricsOfPoints(t *testing.T) {
	m := metricsMain()
	m.Hits = "point"
	p := simple("example.com/m/app", 9, 0)
	p.Points[0].Func, p.Points[0].Kind = `F["x"]`, "loop"
	labels := func(line, fn, kind string) string {
		return `{component="example.com/m/app",package="example.com/m/app",file="f.go",line="` + line + `",func="` + fn + `",kind="` + kind + `",stable_id="`
	}
	first := labels("1", `F[\"x\"]`, "loop") + manifest.StableID(0, "loop", 0) + `"} `
	second := labels("2", "F", "stmt") + manifest.StableID(0, "stmt", 0) + `"} `
	covered := "# HELP goat_point_covered 1 if the tracking point has been hit, else 0.\n# TYPE goat_point_covered gauge\n" +
		"goat_point_covered" + first + "1\ngoat_point_covered" + second + "0\n"
	hits := "# HELP goat_point_hits_total Hits of the tracking point.\n# TYPE goat_point_hits_total counter\n" +
		"goat_point_hits_total" + first + "9\ngoat_point_hits_total" + second + "0\n"

	for dataType, want := range map[string]string{"count": covered + hits, "bool": covered} {
		m.DataType = dataType
		r := reportOf(m, p)
		summary := *r
		withoutPoints := *r.catalog
		withoutPoints.build.Hits = ""
		summary.catalog = &withoutPoints
		if diff := cmp.Diff(metricsText(t, &summary, false)+want, metricsText(t, r, false)); diff != "" {
			t.Errorf("data type %s (-want +got):\n%s", dataType, diff)
		}
	}
}
