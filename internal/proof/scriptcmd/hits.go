package scriptcmd

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/goat-trace/goat/internal/proof/oracle"
)

// track prints one line for each point, in the page's order; with -lines also the
// lines that each point vouches for.
func track(ts *testscript.TestScript, neg bool, args []string) {
	lines := len(args) > 0 && args[0] == "-lines"
	if lines {
		args = args[1:]
	}
	need(ts, neg, args, 1, "track [-lines] SOURCE")
	t := readTrack(ts, args[0])
	for _, r := range t.Results {
		fmt.Fprintf(ts.Stdout(), "%s %d/%d\n", r.Name, r.Metrics.Covered, r.Metrics.Total)
		for _, i := range r.Metrics.Items {
			fmt.Fprintf(ts.Stdout(), "%d %s %d", i.ID, i, i.Count)
			if lines {
				fmt.Fprintf(ts.Stdout(), " %v", i.Lines)
			}
			fmt.Fprintln(ts.Stdout())
		}
	}
}

// readTrack reads a file, a GOAT_DIR with one file, or an address' /track.
func readTrack(ts *testscript.TestScript, source string) *oracle.Track {
	data, err := trackBytes(ts, source)
	ts.Check(err)
	t, err := oracle.ParseTrack(data)
	ts.Check(err)
	return t
}

func trackBytes(ts *testscript.TestScript, source string) ([]byte, error) {
	info, err := os.Stat(ts.MkAbs(source))
	if err != nil {
		resp, err := http.Get("http://" + source + "/track?order=2")
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		return io.ReadAll(resp.Body)
	}
	if !info.IsDir() {
		return os.ReadFile(ts.MkAbs(source))
	}
	entries, err := os.ReadDir(ts.MkAbs(source))
	if err != nil {
		return nil, err
	}
	if len(entries) != 1 {
		return nil, fmt.Errorf("%s: got %d files, want 1", source, len(entries))
	}
	return os.ReadFile(ts.MkAbs(source + "/" + entries[0].Name()))
}

func wants(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "wants DIR SOURCE")
	w, err := oracle.Wants(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(w) == 0 {
		ts.Fatalf("no // want: comment in %s", args[0])
	}
	if problems := oracle.CheckWants(w, readTrack(ts, args[1]).Items()); len(problems) > 0 {
		ts.Fatalf("%s", strings.Join(problems, "\n"))
	}
}

// points compares goat-vet's points with those in a binary.
func points(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "points A B")
	a, b := readPoints(ts, args[0]), readPoints(ts, args[1])
	if len(a) == 0 {
		ts.Fatalf("%s: no points", args[0])
	}
	if diff := cmp.Diff(a, b); diff != "" {
		ts.Fatalf("the points differ (-%s +%s):\n%s", args[0], args[1], diff)
	}
}

// listed is a point as goat points and goat-vet print it.
type listed struct {
	Package  string   `json:"package"`
	Module   string   `json:"module"`
	StableID string   `json:"stableId"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	EndLine  int      `json:"endLine"`
	Lines    [][2]int `json:"lines"`
	Func     string   `json:"func"`
	Kind     string   `json:"kind"`
}

func readPoints(ts *testscript.TestScript, file string) []listed {
	var page struct {
		Points []listed `json:"points"`
	}
	if err := json.Unmarshal([]byte(ts.ReadFile(file)), &page); err != nil {
		ts.Fatalf("reading %s: %v", file, err)
	}
	for i, p := range page.Points {
		if len(p.Lines) == 0 {
			page.Points[i].Lines = nil
		}
	}
	return page.Points
}

// ids prints the stable ids of some functions' points, with the code that they
// name.
func ids(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: ids FILE [FUNC...]")
	}
	var lines []string
	for _, p := range readPoints(ts, args[0]) {
		fn, _, _ := strings.Cut(p.Func, ".func")
		if len(args) == 1 || slices.Contains(args[1:], fn) {
			lines = append(lines, fmt.Sprintf("%s %s %s %s\n", p.StableID, p.Package, p.Func, p.Kind))
		}
	}
	if len(lines) == 0 {
		ts.Fatalf("%s: no such points", args[0])
	}
	slices.Sort(lines)
	for i := 1; i < len(lines); i++ {
		if lines[i][:16] == lines[i-1][:16] {
			ts.Fatalf("%s: one id for two points:\n%s%s", args[0], lines[i-1], lines[i])
		}
	}
	io.WriteString(ts.Stdout(), strings.Join(lines, ""))
}

// union adds up the counts of several programs by stable id.
func union(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: union SOURCE...")
	}
	counts, names := make(map[string]uint32), make(map[string]string)
	for _, source := range args {
		for _, i := range readTrack(ts, source).Items() {
			name := i.Func + " " + i.Kind
			if other, ok := names[i.StableID]; ok && other != name {
				ts.Fatalf("one id for %s and %s", other, name)
			}
			names[i.StableID] = name
			counts[i.StableID] += i.Count
		}
	}
	var lines []string
	for id, name := range names {
		lines = append(lines, fmt.Sprintf("%s %d\n", name, counts[id]))
	}
	slices.Sort(lines)
	io.WriteString(ts.Stdout(), strings.Join(lines, ""))
}
