package report

import (
	"io"
	"net/url"
	"slices"
	"strings"
)

// The parts of SARIF 2.1.0 that goat writes.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool              sarifTool         `json:"tool"`
		AutomationDetails sarifIdentity     `json:"automationDetails"`
		ColumnKind        string            `json:"columnKind"`
		Results           []sarifResult     `json:"results"`
		Properties        map[string]string `json:"properties"`
	}
	sarifIdentity struct {
		ID string `json:"id"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Name  string    `json:"name"`
		Short sarifText `json:"shortDescription"`
		Full  sarifText `json:"fullDescription"`
		Help  sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
		EndLine   int `json:"endLine"`
	}
)

func sarifRules() []sarifRule {
	text := func(s string) sarifText { return sarifText{s} }
	help := text("Run the code, in a test or where it is deployed, or excuse it: //goat:ignore until=DATE why.")
	return []sarifRule{
		{"goat/never-ran", "NeverRan", text("Changed code never ran."), text("None of the processes that were asked has run this changed code."), help},
		{"goat/branch-never-taken", "BranchNeverTaken", text("A branch of a changed condition was never taken."), text("None of the processes that were asked has taken this branch, whose condition or body changed."), help},
		{"goat/error-path-never-ran", "ErrorPathNeverRan", text("A changed error path never ran."), text("None of the processes that were asked has run this error path: a branch that is taken because of an error, or that ends with one."), help},
	}
}

// mostResults is how many results GitHub reads of a run.
const mostResults = 25_000

// SARIF writes code that never ran as static analysis results, one run for each
// release. Excused code is included, marked as suppressed in source.
func SARIF(w io.Writer, r *Report) error {
	log := sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{}}
	for _, release := range r.Releases {
		log.Runs = append(log.Runs, release.sarif(r.Goat))
	}
	return writeJSON(w, log, " ")
}

func (r *Release) sarif(version string) sarifRun {
	rules := sarifRules()
	run := sarifRun{
		Tool:              sarifTool{sarifDriver{"goat", numeric(version), "https://github.com/goat-trace/goat", rules}},
		AutomationDetails: sarifIdentity{"goat/" + r.Build.Commit + "/" + r.Build.Granularity},
		ColumnKind:        "utf16CodeUnits",
		Results:           []sarifResult{},
		Properties:        map[string]string{"covered": r.Totals.summary(), "release": r.Title},
	}
	for _, f := range r.Files {
		for _, p := range f.sorted() {
			if p.Ran > 0 || len(run.Results) == mostResults {
				continue
			}
			run.Results = append(run.Results, newResult(p, rules))
		}
	}
	return run
}

// numeric makes a version begin with a number, as SARIF2005 requires.
func numeric(version string) string {
	version = strings.TrimPrefix(version, "v")
	if version == "" || version[0] < '0' || version[0] > '9' {
		return "0-" + version
	}
	return version
}

func newResult(p *Point, rules []sarifRule) sarifResult {
	id := rule(p)
	first, last := p.span()
	result := sarifResult{
		RuleID: id, RuleIndex: slices.IndexFunc(rules, func(r sarifRule) bool { return r.ID == id }), Level: "warning",
		Message:      sarifText{upperFirst(p.Sentence()) + "."},
		Locations:    []sarifLocation{{sarifPhysical{sarifArtifact{relativeURI(p.File.Name), "%SRCROOT%"}, sarifRegion{first, last}}}},
		Fingerprints: map[string]string{"goatStableId/v1": p.StableID},
	}
	if p.ErrorPath {
		result.Level = "note"
	}
	if p.Excused() {
		reason, until, inSource := p.Reason()
		kind := map[bool]string{true: "inSource", false: "external"}[inSource]
		result.Suppressions = []sarifSuppression{{kind, reason + " (until " + until.Format("2006-01-02") + ")"}}
	}
	return result
}

// relativeURI escapes a path. A colon in its first part would turn that part into a
// scheme.
func relativeURI(name string) string {
	parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(part), ":", "%3A")
	}
	return strings.Join(parts, "/")
}

func upperFirst(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
