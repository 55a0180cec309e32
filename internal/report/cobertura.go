package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/goat-trace/goat/internal/terminal"
)

// The elements of coverage-04.dtd, with its order and attributes.
type (
	coberturaReport struct {
		XMLName         xml.Name           `xml:"coverage"`
		LineRate        string             `xml:"line-rate,attr"`
		BranchRate      string             `xml:"branch-rate,attr"`
		LinesCovered    int                `xml:"lines-covered,attr"`
		LinesValid      int                `xml:"lines-valid,attr"`
		BranchesCovered int                `xml:"branches-covered,attr"`
		BranchesValid   int                `xml:"branches-valid,attr"`
		Complexity      string             `xml:"complexity,attr"`
		Version         string             `xml:"version,attr"`
		Timestamp       int64              `xml:"timestamp,attr"`
		Sources         []string           `xml:"sources>source"`
		Packages        []coberturaPackage `xml:"packages>package"`
	}
	coberturaPackage struct {
		Name       string           `xml:"name,attr"`
		LineRate   string           `xml:"line-rate,attr"`
		BranchRate string           `xml:"branch-rate,attr"`
		Complexity string           `xml:"complexity,attr"`
		Classes    []coberturaClass `xml:"classes>class"`

		covered, valid int
	}
	coberturaClass struct {
		Name       string          `xml:"name,attr"`
		File       string          `xml:"filename,attr"`
		LineRate   string          `xml:"line-rate,attr"`
		BranchRate string          `xml:"branch-rate,attr"`
		Complexity string          `xml:"complexity,attr"`
		Methods    struct{}        `xml:"methods"`
		Lines      []coberturaLine `xml:"lines>line"`
	}
	coberturaLine struct {
		Number int    `xml:"number,attr"`
		Hits   uint64 `xml:"hits,attr"`
		Branch string `xml:"branch,attr"`
	}
)

// Cobertura writes the first release in Cobertura's format. A Go file is a class,
// and its changed lines are the lines. Branches are not counted: the point of a
// branch counts through the lines in it.
func Cobertura(w io.Writer, r *Report) error {
	report := coberturaReport{BranchRate: "0", Complexity: "0", Version: "goat " + r.Goat, Timestamp: r.Now.Unix(), Sources: []string{"."}, Packages: []coberturaPackage{}}
	for _, f := range r.measured() {
		at := slices.IndexFunc(report.Packages, func(p coberturaPackage) bool { return p.Name == terminal.Line(f.Package) })
		if at < 0 {
			at = len(report.Packages)
			report.Packages = append(report.Packages, coberturaPackage{Name: terminal.Line(f.Package), BranchRate: "0", Complexity: "0"})
		}
		p := &report.Packages[at]
		class := coberturaClass{Name: terminal.Line(f.Profile), File: terminal.Line(f.Name), BranchRate: "0", Complexity: "0"}
		covered := 0
		for i := range f.Lines {
			l := &f.Lines[i]
			if !l.measured() {
				continue
			}
			class.Lines = append(class.Lines, coberturaLine{l.Number, l.Count, "false"})
			if l.Count > 0 {
				covered++
			}
		}
		class.LineRate = rate(covered, len(class.Lines))
		p.Classes = append(p.Classes, class)
		p.covered, p.valid = p.covered+covered, p.valid+len(class.Lines)
	}
	for i := range report.Packages {
		p := &report.Packages[i]
		p.LineRate = rate(p.covered, p.valid)
		report.LinesCovered, report.LinesValid = report.LinesCovered+p.covered, report.LinesValid+p.valid
	}
	report.LineRate = rate(report.LinesCovered, report.LinesValid)
	return writeXML(w, "<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n", report)
}

func rate(covered, valid int) string {
	if valid == 0 {
		return "1"
	}
	return strconv.FormatFloat(float64(covered)/float64(valid), 'f', -1, 64)
}

// writeXML writes a document. It replaces characters that XML cannot have by
// U+FFFD.
func writeXML(w io.Writer, doctype string, value any) error {
	if _, err := io.WriteString(w, xml.Header+doctype); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", " ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("encoding XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}
