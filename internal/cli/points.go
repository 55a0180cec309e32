package cli

import (
	"bufio"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/rt/manifest"
)

func pointsCommand() command {
	return command{
		name:  "points",
		args:  "binary",
		short: "print the tracking points that stand in a binary",
		long: `Points reads the tracking points and what they were chosen by from a binary that
goat-exec built. The binary is not run; it may be stripped, and of another
operating system or architecture.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			asJSON := fs.Bool("json", false, "print JSON: {version, mains, points}")
			return func(args []string) error {
				if len(args) != 1 {
					return usagef("it takes one binary, got %d; name it behind the flags", len(args))
				}
				return p.points(args[0], *asJSON)
			}
		},
	}
}

// pointsVersion is raised when a field changes its meaning or goes away. Since
// version 2 a stableId identifies one piece of code.
const pointsVersion = 2

// pointsReport is what -json prints.
type pointsReport struct {
	Version int           `json:"version"`
	Mains   []reportMain  `json:"mains"`
	Points  []reportPoint `json:"points"`
}

type reportMain struct {
	Package     string              `json:"package"`
	App         string              `json:"app,omitempty"`
	AppVersion  string              `json:"appVersion,omitempty"`
	Base        string              `json:"base"`
	BaseCommit  string              `json:"baseCommit,omitempty"`
	BaseMode    string              `json:"baseMode,omitempty"`
	Source      string              `json:"source,omitempty"`
	Granularity string              `json:"granularity"`
	DataType    string              `json:"dataType"`
	Serve       string              `json:"serve"`
	Hits        string              `json:"hits,omitempty"`
	Adaptor     string              `json:"adaptor,omitempty"`
	Goat        string              `json:"goat"`
	Components  map[string][]string `json:"components,omitempty"`
}

type reportPoint struct {
	ID        int      `json:"id"`
	StableID  string   `json:"stableId"`
	Package   string   `json:"package"`
	Module    string   `json:"module"`
	Version   string   `json:"moduleVersion,omitempty"`
	File      string   `json:"file"`
	Line      int      `json:"line"`
	EndLine   int      `json:"endLine"`
	Lines     [][2]int `json:"lines"`
	Func      string   `json:"func"`
	Kind      string   `json:"kind"`
	Directive string   `json:"directive,omitempty"`
}

func (p *program) points(file string, asJSON bool) error {
	f, err := bounded.Open(file)
	if err != nil {
		return fmt.Errorf("opening the binary: %w; name one that goat-exec built", err)
	}
	defer f.Close()
	packages, mains, err := manifest.Scan(f)
	var other *manifest.VersionError
	if errors.As(err, &other) {
		return fmt.Errorf("reading %s: %w", file, other)
	}
	if errors.Is(err, manifest.ErrDamaged) {
		return fmt.Errorf("reading %s: %w; copy or build it again", file, err)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w; check that it is a file you may read", file, err)
	}
	if len(packages) == 0 && len(mains) == 0 {
		return fmt.Errorf("%s holds no tracking points and no trace of goat; build it with -toolexec=goat-exec and do not compress it", file)
	}
	if asJSON {
		return p.printPointsJSON(packages, mains)
	}
	p.printPoints(packages, mains)
	return nil
}

// printPointsJSON prints a pointsReport one point at a time, because a large
// binary's report as one text would take much memory. It numbers points as the
// running binary does: by package, file and position.
func (p *program) printPointsJSON(packages []manifest.Package, mains []manifest.Main) error {
	report := pointsReport{Version: pointsVersion, Mains: []reportMain{}, Points: []reportPoint{}}
	for _, m := range mains {
		report.Mains = append(report.Mains, newReportMain(m))
	}
	text, err := indentedJSON(report, "")
	if err != nil {
		return err
	}
	head, ok := strings.CutSuffix(text, "[]\n}\n") // the points are the last member of a report
	if !ok {
		return errors.New("encoding JSON: the report does not end with its points")
	}
	before := head + "[\n    "
	w := bufio.NewWriter(p.stdout)
	defer w.Flush()
	id := 0
	for _, pkg := range packages {
		for _, pt := range pkg.Points {
			id++
			item, err := indentedJSON(newReportPoint(id, pkg, pt), "    ")
			if err != nil {
				return err
			}
			w.WriteString(before)
			w.WriteString(strings.TrimSuffix(item, "\n"))
			before = ",\n    "
		}
	}
	if id == 0 {
		w.WriteString(text)
		return nil
	}
	w.WriteString("\n  ]\n}\n")
	return nil
}

func newReportPoint(id int, pkg manifest.Package, pt manifest.Point) reportPoint {
	lines := pt.Lines
	if lines == nil {
		lines = [][2]int{}
	}
	return reportPoint{
		ID: id, StableID: pt.StableID, Package: pkg.Path, Module: pkg.Module, Version: pkg.Version,
		File: pt.File, Line: pt.Line, EndLine: pt.EndLine, Lines: lines,
		Func: pt.Func, Kind: pt.Kind, Directive: pt.Directive,
	}
}

func newReportMain(m manifest.Main) reportMain {
	r := reportMain{
		Package: m.Package, App: m.App, AppVersion: m.Version,
		Base: m.Base, BaseCommit: m.BaseCommit, BaseMode: m.BaseMode, Source: m.Source,
		Granularity: m.Granularity, DataType: m.DataType, Serve: m.Serve, Hits: m.Hits, Adaptor: m.Adaptor, Goat: m.Goat,
	}
	for _, c := range m.Components {
		if r.Components == nil {
			r.Components = make(map[string][]string)
		}
		r.Components[c.Name] = c.Patterns
	}
	return r
}

// printPoints prints the same for people.
func (p *program) printPoints(packages []manifest.Package, mains []manifest.Main) {
	total := 0
	for _, pkg := range packages {
		total += len(pkg.Points)
	}
	for _, m := range mains {
		fmt.Fprintf(p.stdout, "%s: %s\n", terminal.Word(m.Package), terminal.Word(newReportMain(m).summary(total)))
	}
	if total == 0 {
		return
	}
	fmt.Fprintln(p.stdout)
	table := terminal.Table{Titles: []string{"ID", "POSITION", "FUNC", "KIND", "STABLE ID"}, Right: []int{0}}
	_ = table.Print(p.stdout, func(add terminal.AddRow) error {
		id := 0
		for _, pkg := range packages {
			for _, pt := range pkg.Points {
				id++
				add("", strconv.Itoa(id), position(inModule(pkg.Module, pkg.Version, pt.File), pt.Line, pt.EndLine), pt.Func, pt.Kind, pt.StableID)
			}
		}
		return nil
	})
}

// summary says how many points there are and how they were chosen.
func (m reportMain) summary(points int) string {
	parts := []string{count(points, "tracking point"), cmp.Or(m.Granularity, "no granularity")}
	switch {
	case m.Base != "" && m.BaseCommit != "":
		parts = append(parts, fmt.Sprintf("base %s (%.12s)", m.Base, m.BaseCommit))
	case m.Base != "":
		parts = append(parts, "base "+m.Base)
	case m.Source != "":
		parts = append(parts, "from "+m.Source)
	default:
		parts = append(parts, "built without line sets")
	}
	return strings.Join(parts, ", ")
}

// count writes a number followed by its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
