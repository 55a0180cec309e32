package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// codeQualityIssue has the members that GitLab reads.
type codeQualityIssue struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
			End   int `json:"end"`
		} `json:"lines"`
	} `json:"location"`
}

// CodeQuality writes code that never ran as GitLab's code quality report.
// Fingerprints are made of stable ids, so unchanged code has the same one in the
// next pipeline.
func CodeQuality(w io.Writer, r *Report) error {
	issues := []codeQualityIssue{}
	seen := make(map[string]bool)
	for _, release := range r.Releases {
		for _, p := range release.Missing() {
			issue := codeQualityIssue{Description: terminal.Line(p.Sentence()), CheckName: rule(p), Severity: "minor"}
			if p.ErrorPath {
				issue.Severity = "info"
			}
			sum := sha256.Sum256([]byte("goat\x00" + p.File.Name + "\x00" + p.StableID))
			issue.Fingerprint = hex.EncodeToString(sum[:16])
			issue.Location.Path = strings.TrimPrefix(p.File.Name, "./")
			issue.Location.Lines.Begin, issue.Location.Lines.End = p.span()
			if !seen[issue.Fingerprint] {
				seen[issue.Fingerprint] = true
				issues = append(issues, issue)
			}
		}
	}
	return writeJSON(w, issues, "  ")
}

// rule is the id of the rule that a point violates.
func rule(p *Point) string {
	switch {
	case p.ErrorPath:
		return "goat/error-path-never-ran"
	case p.Kind == "then" || p.Kind == "else" || p.Kind == "case" || p.Kind == "default":
		return "goat/branch-never-taken"
	}
	return "goat/never-ran"
}
