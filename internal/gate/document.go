package gate

import (
	"fmt"
	"slices"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

// DocumentVersion is raised when a member changes its meaning or goes away.
const DocumentVersion = 1

// Document is a decision as JSON, for tools and between a hub and goat gate.
type Document struct {
	Version int             `json:"version"`
	Verdict string          `json:"verdict"` // passed, failed, unknown
	Why     string          `json:"why"`
	Commit  string          `json:"commit"`
	Base    string          `json:"base"`
	Covered int             `json:"covered"` // points of the whole release
	Wanted  int             `json:"wanted"`  // points without the excused ones
	Rules   []DocumentRule  `json:"rules"`
	Missing []DocumentPoint `json:"missing"`
}

// DocumentRule is a rule and what there is.
type DocumentRule struct {
	Rule        string `json:"rule"`
	Passed      bool   `json:"passed"`
	Covered     int    `json:"covered"`
	Missing     int    `json:"missing"`
	Excused     int    `json:"excused"`
	CoveredRate int    `json:"coveredRate"`
	Have        string `json:"have,omitempty"` // of a rule about the release itself
}

// DocumentPoint is a point that never ran, under rules that are not met.
type DocumentPoint struct {
	StableID  string   `json:"stableId"`
	Place     string   `json:"place"`
	Func      string   `json:"func"`
	Kind      string   `json:"kind"`
	ErrorPath bool     `json:"errorPath,omitempty"`
	Owners    []string `json:"owners,omitempty"`
	Rules     []int    `json:"rules,omitempty"` // the indexes of these rules
}

// Document writes the decision.
func (d *Decision) Document() *Document {
	doc := &Document{Version: DocumentVersion, Verdict: d.Verdict.String(), Why: d.Why, Commit: d.Build.Commit, Base: d.Build.Base,
		Covered: d.Build.Covered, Wanted: d.Build.Wanted, Rules: []DocumentRule{}, Missing: []DocumentPoint{}}
	if d.Release != nil {
		doc.Commit, doc.Base = d.Release.Build.Commit, d.Release.Build.Base
		doc.Covered, doc.Wanted = d.Release.Totals.Covered, d.Release.Totals.Wanted()
	}
	index := make(map[*report.Point]int)
	for i := range d.Results {
		r := &d.Results[i]
		doc.Rules = append(doc.Rules, DocumentRule{r.Rule.String(), r.Passed(), r.Totals.Covered, r.Totals.Missing, r.Totals.Excused, r.Totals.Percent(), r.Have})
		if r.Passed() {
			continue
		}
		for _, p := range r.Missing {
			at, known := index[p]
			if !known {
				at = len(doc.Missing)
				index[p] = at
				doc.Missing = append(doc.Missing, DocumentPoint{StableID: p.StableID, Place: p.Place(), Func: p.Func, Kind: p.Kind, ErrorPath: p.ErrorPath, Owners: p.Owners})
			}
			doc.Missing[at].Rules = append(doc.Missing[at].Rules, i)
		}
	}
	return doc
}

// Decision reads the decision that a document is of. Its Release is nil, and its
// points have what the document says of them.
func (doc *Document) Decision() (Decision, error) {
	d := Decision{Why: doc.Why, Build: Build{doc.Commit, doc.Base, doc.Covered, doc.Wanted}}
	if doc.Version != DocumentVersion {
		return d, fmt.Errorf("the verdict has version %d, and this goat reads version %d; update the older of the two", doc.Version, DocumentVersion)
	}
	at := slices.Index([]string{"passed", "failed", "unknown"}, doc.Verdict)
	if at < 0 {
		return d, fmt.Errorf("the verdict is %.40q, which this goat does not know; update it", doc.Verdict)
	}
	d.Verdict = Verdict(at)
	for _, r := range doc.Rules {
		rule, err := config.ParseGateRule(r.Rule)
		if err != nil {
			return d, err
		}
		d.Results = append(d.Results, Result{
			Rule: rule, Met: r.Passed, Have: r.Have,
			Totals: report.Totals{Points: r.Covered + r.Missing + r.Excused, Covered: r.Covered, Missing: r.Missing, Excused: r.Excused},
		})
	}
	for _, m := range doc.Missing {
		p := &report.Point{
			Point:     &coverage.Point{Site: coverage.Site{StableID: m.StableID, Func: m.Func, Kind: m.Kind}},
			ErrorPath: m.ErrorPath, Owners: m.Owners, At: m.Place,
		}
		for _, i := range m.Rules {
			if i >= 0 && i < len(d.Results) {
				d.Results[i].Missing = append(d.Results[i].Missing, p)
			}
		}
	}
	return d, nil
}

// Missing returns the points that never ran under the rules that are not met, each
// once.
func (d *Decision) Missing() (points []*report.Point) {
	seen := make(map[*report.Point]bool)
	for i := range d.Results {
		r := &d.Results[i]
		if r.Passed() {
			continue
		}
		for _, p := range r.Missing {
			if !seen[p] {
				seen[p] = true
				points = append(points, p)
			}
		}
	}
	return points
}
