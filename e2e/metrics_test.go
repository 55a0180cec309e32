package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// TestMetricsPage parses the page of a real binary with Prometheus' own
// parser and with promtool.
func TestMetricsPage(t *testing.T) {
	bin := buildApp(t)
	address := start(t, bin, "GOAT_METRICS_COMPAT=1")
	url := "http://" + address + "/metrics"
	page, header := get(t, url, http.Header{"Accept-Encoding": {"identity"}})
	if got, want := header.Get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8"; got != want {
		t.Errorf("got content type %q, want %q", got, want)
	}
	families := parse(t, page)
	checkFamilies(t, families)
	checkSeries(t, families)

	zipped, header := get(t, url, http.Header{"Accept-Encoding": {"gzip"}})
	if got, want := header.Get("Content-Encoding"), "gzip"; got != want {
		t.Fatalf("got content encoding %q, want %q", got, want)
	}
	if diff := cmp.Diff(string(page), string(unzip(t, zipped))); diff != "" {
		t.Errorf("the zipped page differs (-plain +zipped):\n%s", diff)
	}

	// Promtool does not like goat_track_total, a gauge; the name is GOAT's.
	page, _ = get(t, "http://"+start(t, bin)+"/metrics", http.Header{})
	check := exec.Command("promtool", "check", "metrics")
	check.Stdin = bytes.NewReader(page)
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s\non\n%s", err, out, page)
	}
}

func parse(t *testing.T, page []byte) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(page))
	if err != nil {
		t.Fatalf("parsing /metrics: %v\n%s", err, page)
	}
	return families
}

func checkFamilies(t *testing.T, families map[string]*dto.MetricFamily) {
	t.Helper()
	got := make(map[string]string)
	for name, f := range families {
		got[name] = f.GetType().String()
		if f.GetHelp() == "" {
			t.Errorf("%s has no HELP", name)
		}
	}
	want := map[string]string{
		"goat_points": "GAUGE", "goat_points_covered": "GAUGE", "goat_coverage_ratio": "GAUGE", "goat_build_info": "GAUGE",
		"goat_point_covered": "GAUGE", "goat_point_hits_total": "COUNTER",
		"goat_track_total": "GAUGE", "goat_track_covered": "GAUGE", "goat_track_coverage_ratio": "GAUGE",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metric families differ (-want +got):\n%s", diff)
	}
}

func checkSeries(t *testing.T, families map[string]*dto.MetricFamily) {
	t.Helper()
	for _, c := range []struct {
		family, component string
		want              float64
	}{
		{"goat_points", mainPackage, 7},
		{"goat_points_covered", mainPackage, 6},
		{"goat_coverage_ratio", mainPackage, 6.0 / 7},
		{"goat_points", `a "part"`, 5},
		{"goat_points_covered", `a "part"`, 4},
		{"goat_coverage_ratio", `a "part"`, 0.8},
		{"goat_track_coverage_ratio", `a "part"`, 80},
	} {
		found := 0
		for _, m := range families[c.family].GetMetric() {
			if label(m, "component") != c.component {
				continue
			}
			found++
			if got := m.GetGauge().GetValue(); got != c.want {
				t.Errorf("%s{component=%q}: got %v, want %v", c.family, c.component, got, c.want)
			}
		}
		if found != 1 {
			t.Errorf("%s{component=%q}: got %d series, want 1", c.family, c.component, found)
		}
	}
	info := families["goat_build_info"].GetMetric()[0]
	for name, want := range map[string]string{"app": "the \"app\" \\ of\nmany", "base": "v1", "granularity": "patch"} {
		if got := label(info, name); got != want {
			t.Errorf("goat_build_info: got %s=%q, want %q", name, got, want)
		}
	}
	most := 0.0
	for _, m := range families["goat_point_hits_total"].GetMetric() {
		most = max(most, m.GetCounter().GetValue())
	}
	if most != 7 {
		t.Errorf("goat_point_hits_total: got %v at most, want 7", most)
	}
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

func unzip(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
