package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
)

// jsonVersion is raised when a field changes its meaning or goes away.
const jsonVersion = 1

// What JSON writes. docs/report.schema.json describes it.
type (
	jsonReport struct {
		Version  int           `json:"version"`
		Goat     string        `json:"goat"`
		Time     time.Time     `json:"time"`
		Releases []jsonRelease `json:"releases"`
		Problems []jsonProblem `json:"problems"`
	}
	jsonProblem struct {
		Place string `json:"place"`
		Error string `json:"error"`
		Note  bool   `json:"note"`
	}
	jsonRelease struct {
		Title       string     `json:"title"`
		Programs    []string   `json:"programs"`
		Commit      string     `json:"commit"`
		Modified    bool       `json:"modified"`
		Base        string     `json:"base"`
		BaseCommit  string     `json:"baseCommit"`
		Source      string     `json:"source"`
		Granularity string     `json:"granularity"`
		Processes   int        `json:"processes"`
		Totals      jsonTotals `json:"totals"`
		Sides       *jsonSides `json:"sides,omitempty"`
		Files       []jsonFile `json:"files"`
	}
	jsonTotals struct {
		Points      int        `json:"points"`
		Covered     int        `json:"covered"`
		CoveredRate int        `json:"coveredRate"`
		Some        int        `json:"some"`
		Missing     int        `json:"missing"`
		Excused     int        `json:"excused"`
		ErrorPaths  int        `json:"errorPaths"`
		Lines       jsonCounts `json:"lines"`
	}
	jsonCounts struct {
		Total  int `json:"total"`
		Ran    int `json:"ran"`
		Partly int `json:"partly"`
		Never  int `json:"never"`
	}
	jsonSides struct {
		Both     int `json:"both"`
		Tests    int `json:"tests"`
		Programs int `json:"programs"`
		Neither  int `json:"neither"`
	}
	jsonFile struct {
		File    string      `json:"file"`
		Package string      `json:"package"`
		Note    string      `json:"note,omitempty"`
		Totals  jsonTotals  `json:"totals"`
		Lines   []jsonLine  `json:"lines"`
		Points  []jsonPoint `json:"points"`
	}
	jsonLine struct {
		Line    int    `json:"line"`
		State   string `json:"state"`
		Excused bool   `json:"excused,omitempty"`
		Count   uint64 `json:"count"`
		Ran     int    `json:"ran"`
		Of      int    `json:"of"`
	}
	jsonPoint struct {
		StableID  string      `json:"stableId"`
		Line      int         `json:"line"`
		EndLine   int         `json:"endLine"`
		Lines     [][2]int    `json:"lines"`
		Func      string      `json:"func"`
		Kind      string      `json:"kind"`
		State     string      `json:"state"`
		Count     uint64      `json:"count"`
		Ran       int         `json:"ran"`
		Of        int         `json:"of"`
		FirstHit  *time.Time  `json:"firstHit"`
		ErrorPath bool        `json:"errorPath"`
		Excuse    *jsonExcuse `json:"excuse,omitempty"`
		Owners    []string    `json:"owners,omitempty"`
		Tested    *bool       `json:"tested,omitempty"`
	}
	jsonExcuse struct {
		Until   string `json:"until"`
		Reason  string `json:"reason"`
		InForce bool   `json:"inForce"`
	}
)

// JSON writes everything.
func JSON(w io.Writer, r *Report) error {
	out := jsonReport{Version: jsonVersion, Goat: r.Goat, Time: r.Now.UTC().Truncate(time.Second), Releases: []jsonRelease{}, Problems: []jsonProblem{}}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, jsonProblem(p))
	}
	for _, release := range r.Releases {
		out.Releases = append(out.Releases, newJSONRelease(release))
	}
	return writeJSON(w, out, "")
}

// writeJSON writes a value that is safe for a terminal. With an indentation it has
// many lines.
func writeJSON(w io.Writer, value any, indent string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("encoding JSON: %w", err)
	}
	_, err := w.Write(terminal.JSON(text.Bytes()))
	return err
}

func newJSONRelease(r *Release) jsonRelease {
	b := &r.Build
	j := jsonRelease{
		Title: r.Title, Programs: r.Programs(), Commit: b.Commit, Modified: b.Modified, Base: b.Base, BaseCommit: b.BaseCommit,
		Source: b.Source, Granularity: b.Granularity, Processes: len(r.Processes), Totals: newJSONTotals(&r.Totals), Files: []jsonFile{},
	}
	if s := r.Sides; s != nil {
		j.Sides = &jsonSides{s.Both, s.Tests, s.Programs, s.Neither}
	}
	for _, f := range r.Files {
		file := jsonFile{File: f.Name, Package: f.Package, Note: f.Note, Totals: newJSONTotals(&f.Totals), Lines: []jsonLine{}, Points: []jsonPoint{}}
		for i := range f.Lines {
			l := &f.Lines[i]
			file.Lines = append(file.Lines, jsonLine{l.Number, l.State.String(), l.Excused, l.Count, l.Ran, l.Of})
		}
		for _, p := range f.sorted() {
			file.Points = append(file.Points, newJSONPoint(p, r.Sides != nil))
		}
		j.Files = append(j.Files, file)
	}
	return j
}

func newJSONTotals(t *Totals) jsonTotals {
	return jsonTotals{t.Points, t.Covered, t.Percent(), t.Some, t.Missing, t.Excused, t.ErrorPaths, jsonCounts{t.Lines, t.Ran, t.Partly, t.Never}}
}

func newJSONPoint(p *Point, sides bool) jsonPoint {
	j := jsonPoint{
		StableID: p.StableID, Line: p.Line, EndLine: p.EndLine, Lines: p.Lines, Func: p.Func, Kind: p.Kind, State: state(p),
		Count: p.Count, Ran: p.Ran, Of: p.Of, ErrorPath: p.ErrorPath, Owners: p.Owners,
	}
	if j.Lines == nil {
		j.Lines = [][2]int{}
	}
	if !p.First.IsZero() {
		j.FirstHit = new(p.First.UTC())
	}
	if e := p.Excuse; e != nil {
		j.Excuse = &jsonExcuse{e.Until.Format(time.DateOnly), e.Reason, !p.Expired}
	}
	if sides {
		j.Tested = new(p.Tested)
	}
	return j
}

func state(p *Point) string {
	if p.Ran == 0 {
		return coverage.Never.String()
	}
	return p.State().String()
}
