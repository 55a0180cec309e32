package view

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/rt/manifest"
)

// The members that goat track -json adds to a page of /track, or prints if there is
// no page or more than one. docs/compatibility.md promises them.
type (
	jsonRelease struct {
		Commit      string        `json:"commit"`
		Modified    bool          `json:"modified"`
		Base        string        `json:"base"`
		BaseCommit  string        `json:"baseCommit"`
		Source      string        `json:"source"`
		Granularity string        `json:"granularity"`
		Totals      jsonTotal     `json:"totals"`
		Components  []jsonTotal   `json:"components"`
		Packages    []jsonTotal   `json:"packages"`
		Files       []jsonTotal   `json:"files"`
		Funcs       []jsonTotal   `json:"funcs"`
		Owners      []jsonTotal   `json:"owners"`
		Processes   []jsonProcess `json:"processes"`
	}
	jsonTotal struct {
		Name        string `json:"name,omitempty"`
		Total       int    `json:"total"`
		Covered     int    `json:"covered"`
		CoveredRate int    `json:"coveredRate"`
		Some        int    `json:"some"`
		Never       int    `json:"never"`
	}
	jsonProcess struct {
		Place   string     `json:"place"`
		Host    string     `json:"host"`
		PID     int        `json:"pid"`
		Started *time.Time `json:"started"`
		App     string     `json:"app"`
		Version string     `json:"version"`
		Package string     `json:"package"`
		Covered int        `json:"covered"`
		Total   int        `json:"total"`
	}
	jsonPoint struct {
		StableID      string     `json:"stableId"`
		Package       string     `json:"package"`
		Module        string     `json:"module,omitempty"`
		ModuleVersion string     `json:"moduleVersion,omitempty"`
		File          string     `json:"file"`
		Line          int        `json:"line"`
		EndLine       int        `json:"endLine"`
		Lines         [][2]int   `json:"lines"`
		Func          string     `json:"func"`
		Kind          string     `json:"kind"`
		Directive     string     `json:"directive,omitempty"`
		State         string     `json:"state"`
		Count         uint64     `json:"count"`
		Ran           int        `json:"ran"`
		Of            int        `json:"of"`
		RanIn         []int      `json:"ranIn"`
		FirstHit      *time.Time `json:"firstHit"`
		FirstHitIn    *int       `json:"firstHitIn"`
	}
)

// Problem says that a place could not be read completely.
type Problem struct {
	Place string `json:"place"`
	Error string `json:"error"`
	Note  bool   `json:"note"` // nothing is missing
}

// PrintJSON prints the page of the one place that was asked, which is nil if there
// were several, and then all releases and problems. Each point is on a line. Points
// that a filter leaves out are also left out of the page.
func PrintJSON(w io.Writer, page []byte, releases []*coverage.Release, problems []Problem, o Options) error {
	out := &jsonWriter{w: bufio.NewWriter(w), o: &o}
	page = bytes.TrimSpace(page)
	if len(page) > 0 && len(releases) == 1 && o.Filtered {
		var err error
		if page, err = filterPage(page, releases[0], o.Filter); err != nil {
			return err
		}
	}
	if len(page) > 0 {
		out.bytes(bytes.TrimSpace(page[:len(page)-1]))
	} else {
		out.text(`{"format":` + strconv.Itoa(manifest.TrackFormat))
	}
	out.text(",\n\"releases\":[")
	for i, r := range releases {
		out.comma(i)
		out.release(r, r.Select(o.Filter))
	}
	out.text("],\n\"problems\":[")
	for i, p := range problems {
		out.comma(i)
		out.value(p)
	}
	out.text("]}\n")
	return out.end()
}

// filterPage keeps only the selected points of a page, in the order of the
// selection.
func filterPage(page []byte, r *coverage.Release, f coverage.Filter) ([]byte, error) {
	type metrics struct {
		Version     json.RawMessage   `json:"version"`
		Total       json.RawMessage   `json:"total"`
		Covered     json.RawMessage   `json:"covered"`
		CoveredRate json.RawMessage   `json:"coveredRate"`
		Items       []json.RawMessage `json:"items"`
	}
	type result struct {
		ID      json.RawMessage `json:"id"`
		Name    string          `json:"name"`
		Metrics metrics         `json:"metrics"`
	}
	var top struct {
		Format  json.RawMessage `json:"format"`
		Name    json.RawMessage `json:"name"`
		Version json.RawMessage `json:"version"`
		Build   json.RawMessage `json:"build,omitempty"`
		Process json.RawMessage `json:"process,omitempty"`
		Results []result        `json:"results"`
	}
	if err := json.Unmarshal(page, &top); err != nil {
		return nil, fmt.Errorf("reading /track's JSON: %w", err)
	}
	var names []string
	for _, c := range r.Components() {
		names = append(names, c.Name)
	}
	top.Results = slices.DeleteFunc(top.Results, func(r result) bool { return !slices.Contains(names, r.Name) })
	selected := r.Select(f)
	for i := range top.Results {
		m := &top.Results[i].Metrics
		items := make(map[string]json.RawMessage, len(m.Items))
		for _, item := range m.Items {
			var id struct{ StableID string }
			if err := json.Unmarshal(item, &id); err != nil {
				return nil, fmt.Errorf("reading /track's JSON: %w", err)
			}
			items[id.StableID] = item
		}
		m.Items = []json.RawMessage{}
		for _, point := range selected {
			if item, has := items[r.Points[point].StableID]; has {
				m.Items = append(m.Items, item)
			}
		}
	}
	return json.Marshal(top)
}

// jsonWriter prints values in pieces, because a release as one text would take much
// memory.
type jsonWriter struct {
	w   *bufio.Writer
	o   *Options
	err error
}

func (j *jsonWriter) text(s string)  { _, _ = j.w.WriteString(s) } // the writer keeps its error
func (j *jsonWriter) bytes(b []byte) { _, _ = j.w.Write(terminal.JSON(b)) }

func (j *jsonWriter) comma(i int) {
	if i > 0 {
		j.text(",")
	}
	j.text("\n")
}

func (j *jsonWriter) value(v any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil && j.err == nil {
		j.err = fmt.Errorf("encoding JSON: %w", err)
	}
	j.bytes(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}

func (j *jsonWriter) end() error {
	if err := j.w.Flush(); err != nil {
		return err
	}
	return j.err
}

func (j *jsonWriter) release(r *coverage.Release, points []int) {
	b := &r.Build
	release := jsonRelease{
		Commit: b.Commit, Modified: b.Modified, Base: b.Base, BaseCommit: b.BaseCommit, Source: b.Source, Granularity: b.Granularity,
		Totals: newJSONTotal(r.Total()), Components: newJSONTotals(r.Components()),
		Packages: newJSONTotals(r.Totals(coverage.ByPackage)), Files: newJSONTotals(r.Totals(coverage.ByFile)), Funcs: newJSONTotals(r.Totals(coverage.ByFunc)),
		Owners:    newJSONTotals(j.o.totals(r, "owner")),
		Processes: []jsonProcess{},
	}
	index := make(map[*coverage.Process]int)
	for i, p := range r.Processes {
		index[p] = i
		release.Processes = append(release.Processes, newJSONProcess(p))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(release); err != nil && j.err == nil {
		j.err = fmt.Errorf("encoding JSON: %w", err)
	}
	j.bytes(bytes.TrimSuffix(text.Bytes(), []byte("}\n")))
	j.text(",\n\"points\":[")
	for i, point := range points {
		j.comma(i)
		j.value(newJSONPoint(r, point, index))
	}
	j.text("]}")
}

func newJSONTotal(t coverage.Total) jsonTotal {
	return jsonTotal{t.Name, t.Total, t.Covered, t.Percent(), t.Some, t.Never()}
}

func newJSONTotals(list []coverage.Total) []jsonTotal {
	totals := make([]jsonTotal, 0, len(list))
	for _, t := range list {
		totals = append(totals, newJSONTotal(t))
	}
	return totals
}

func newJSONProcess(p *coverage.Process) jsonProcess {
	j := jsonProcess{Place: p.Place, Host: p.Host, PID: p.PID, App: p.Build.App, Version: p.Build.Version, Package: p.Build.Package, Total: len(p.Build.Sites)}
	for _, n := range p.Counts {
		if n > 0 {
			j.Covered++
		}
	}
	j.Started = knownTime(p.Started)
	return j
}

func newJSONPoint(r *coverage.Release, i int, index map[*coverage.Process]int) jsonPoint {
	p := &r.Points[i]
	j := jsonPoint{
		StableID: p.StableID, Package: p.Package, Module: p.Module, ModuleVersion: p.ModuleVersion,
		File: p.File, Line: p.Line, EndLine: p.EndLine, Lines: p.Lines, Func: p.Func, Kind: p.Kind, Directive: p.Directive,
		State: p.State().String(), Count: p.Count, Ran: p.Ran, Of: p.Of, RanIn: []int{}, FirstHit: knownTime(p.First),
	}
	if j.Lines == nil {
		j.Lines = [][2]int{}
	}
	for _, process := range r.RanIn(i) {
		j.RanIn = append(j.RanIn, index[process])
	}
	if p.FirstIn != nil {
		j.FirstHitIn = new(index[p.FirstIn])
	}
	return j
}

func knownTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}
