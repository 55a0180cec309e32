package server

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// observed counts the requests of each route and measures how long they take.
func observed(set *metrics.Set, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		status := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(status, r)
		route := cmp.Or(r.Pattern, "none")
		set.GetOrCreateCounter(fmt.Sprintf(`goat_hub_requests_total{route=%q,code="%d"}`, route, cmp.Or(status.code, http.StatusOK))).Inc()
		set.GetOrCreateSummary(fmt.Sprintf(`goat_hub_request_seconds{route=%q}`, route)).UpdateDuration(begin)
	})
}

// statusWriter remembers an answer's status.
type statusWriter struct {
	http.ResponseWriter
	code int
}

func (w *statusWriter) WriteHeader(code int) {
	if w.code == 0 {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// shownReleases is how many releases of a service have series, the newest ones.
// The API has older ones.
const shownReleases = 3

// freshFor is how long the releases' series are served from memory.
const freshFor = 10 * time.Second

// releaseSeries are the series about releases. No label names a pod or an
// instance.
type releaseSeries struct {
	fleet *fleet.Fleet
	mu    sync.Mutex
	text  string
	at    time.Time
}

// answer answers with these series, those of set, and those of the process.
func (s *releaseSeries) answer(set *metrics.Set) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if p := auth.From(r.Context()); len(p.Scope) > 0 {
			return fleet.Errorf(fleet.Forbidden, "the token %q is for some services; the series are of all: use one with the scope *", p.Name)
		}
		text, err := s.read(r)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		io.WriteString(w, text) //nolint:gosec // plain text, and said to be
		set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
		return nil
	}
}

func (s *releaseSeries) read(r *http.Request) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.at) < freshFor {
		return s.text, nil
	}
	services, err := s.fleet.Overview(r.Context(), nil)
	if err != nil {
		return "", err
	}
	gates, err := s.fleet.Gates(r.Context())
	if err != nil {
		return "", err
	}
	var series gauges
	for i := range services {
		releases := services[i].Releases
		for j := range releases[:min(len(releases), shownReleases)] {
			series.add(&services[i].Service, &releases[j])
			if row, ok := gates[releases[j].ID]; ok {
				series.addGate(&services[i].Service, &releases[j], &row)
			}
		}
	}
	s.text, s.at = series.String(), time.Now()
	return s.text, nil
}

// gauges collects the lines of each series.
type gauges struct{ points, covered, ratio, instances, gate, missing, excused strings.Builder }

func (g *gauges) add(s *fleet.Service, r *fleet.ReleaseView) {
	labels := labelsOfRelease(s, r)
	ratio := 1.0
	if r.Summary.Points > 0 {
		ratio = float64(r.Summary.Ran) / float64(r.Summary.Points)
	}
	fmt.Fprintf(&g.points, "goat_hub_points{%s} %d\n", labels, r.Summary.Points)
	fmt.Fprintf(&g.covered, "goat_hub_points_covered{%s} %d\n", labels, r.Summary.Ran)
	fmt.Fprintf(&g.ratio, "goat_hub_coverage_ratio{%s} %g\n", labels, ratio)
	for _, state := range []fleet.InstanceState{fleet.Live, fleet.Unreachable, fleet.Ended, fleet.Gone} {
		fmt.Fprintf(&g.instances, "goat_hub_instances{%s,state=%q} %d\n", labels, state, r.In(state))
	}
}

// addGate adds the last verdict on a release: of its three series one is 1.
func (g *gauges) addGate(s *fleet.Service, r *fleet.ReleaseView, row *fleet.GateRow) {
	labels := labelsOfRelease(s, r)
	for _, verdict := range []string{"passed", "failed", "unknown"} {
		value := 0
		if verdict == row.Verdict {
			value = 1
		}
		fmt.Fprintf(&g.gate, "goat_hub_gate{%s,verdict=%q} %d\n", labels, verdict, value)
	}
	fmt.Fprintf(&g.missing, "goat_hub_points_missing{%s} %d\n", labels, row.Missing)
	fmt.Fprintf(&g.excused, "goat_hub_points_excused{%s} %d\n", labels, row.Excused)
}

func labelsOfRelease(s *fleet.Service, r *fleet.ReleaseView) string {
	return labelsOf("env", s.Env, "region", s.Region, "app_type", s.AppType, "app", s.App, "cluster", s.Cluster,
		"main", s.Main, "revision", r.Revision, "branch", r.Branch)
}

// labelsOf formats labels for the text format.
func labelsOf(pairs ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	var text strings.Builder
	for pair := range slices.Chunk(pairs, 2) {
		if text.Len() > 0 {
			text.WriteByte(',')
		}
		text.WriteString(pair[0] + `="` + escape.Replace(pair[1]) + `"`)
	}
	return text.String()
}

func (g *gauges) String() string {
	var text strings.Builder
	for _, family := range []struct{ name, help, lines string }{
		{"goat_hub_points", "Tracking points of a release.", g.points.String()},
		{"goat_hub_points_covered", "Tracking points that have run in some instance.", g.covered.String()},
		{"goat_hub_coverage_ratio", "The part of them that has run, 0 to 1; 1 with no points.", g.ratio.String()},
		{"goat_hub_gate", "The gate's last verdict on a release: 1 for the one that holds.", g.gate.String()},
		{"goat_hub_points_missing", "Tracking points that never ran and are not excused.", g.missing.String()},
		{"goat_hub_points_excused", "Tracking points that never ran and are excused.", g.excused.String()},
		{"goat_hub_instances", "Instances of a release by state.", g.instances.String()},
	} {
		fmt.Fprintf(&text, "# HELP %s %s\n# TYPE %s gauge\n%s", family.name, family.help, family.name, family.lines)
	}
	return text.String()
}
