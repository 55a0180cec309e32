package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/terminal"
)

// Check is a test case in JUnit's format.
type Check struct {
	Class, Name string
	Failure     string // a sentence; "" if it passed
	Details     string
	Skipped     string // why it has no result; "" if it has one
}

type (
	junitReport struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Package    string          `xml:"package,attr"`
		ID         int             `xml:"id,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Hostname   string          `xml:"hostname,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
		Err        string          `xml:"system-err"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *struct{}     `xml:"skipped"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes a test case for each file. It fails if changed code never ran.
func JUnit(w io.Writer, r *Report) error {
	report := junitReport{Suites: []junitSuite{}}
	for i, release := range r.Releases {
		var checks []Check
		for _, f := range release.Files {
			c := Check{Class: f.Package, Name: f.Name}
			if f.Totals.Missing > 0 {
				c.Failure = count(f.Totals.Missing, "point") + " of changed code never ran"
				c.Details = f.details()
			}
			checks = append(checks, c)
		}
		report.Suites = append(report.Suites, newSuite(i, release.Title, checks, r.Now))
	}
	return writeXML(w, "", report)
}

func (f *File) details() string {
	var b strings.Builder
	for _, p := range f.sorted() {
		if p.Missing() {
			fmt.Fprintf(&b, "%s: %s\n", p.Place(), p.Sentence())
		}
	}
	return b.String()
}

// WriteChecks writes checks as one test suite.
func WriteChecks(w io.Writer, name string, checks []Check, now time.Time) error {
	return writeXML(w, "", junitReport{Suites: []junitSuite{newSuite(0, name, checks, now)}})
}

func newSuite(id int, name string, checks []Check, now time.Time) junitSuite {
	s := junitSuite{
		Name: terminal.Line(name), Package: "goat", ID: id, Tests: len(checks), Time: "0", Timestamp: now.UTC().Format("2006-01-02T15:04:05"), Hostname: "localhost",
		Properties: []junitProperty{{"goat.release", terminal.Line(name)}},
	}
	for _, c := range checks {
		item := junitCase{Class: terminal.Line(c.Class), Name: terminal.Line(c.Name), Time: "0"}
		switch {
		case c.Skipped != "":
			item.Skipped = new(struct{})
			s.Out += terminal.Text(c.Name + ": " + c.Skipped + "\n")
		case c.Failure != "":
			s.Failures++
			item.Failure = &junitFailure{terminal.Line(c.Failure), "goat", terminal.Text(c.Details)}
		}
		s.Cases = append(s.Cases, item)
	}
	return s
}
