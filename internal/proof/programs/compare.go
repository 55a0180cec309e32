package programs

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/proof/oracle"
)

// Difference is a difference in a program's behaviour with goat; there must be
// none.
type Difference struct {
	Program string // its name
	What    string
}

func (d Difference) String() string { return d.Program + ": " + d.What }

// refused reports whether the compiler or the linker refused a program whose
// messages may also be reports. Go's linkname.go names a symbol by an import path
// that exists only in Go's own test driver, which also allows functions without a
// body.
func refused(messages string) bool {
	return strings.Contains(messages, ": relocation target ") || strings.Contains(messages, ": missing function body\n")
}

// CompareOutcomes compares the messages of two builds.
func (m *Module) CompareOutcomes(plain, goat map[string]Outcome) []Difference {
	var found []Difference
	for id, p := range m.programs {
		if diff := gocmp.Diff(plain[id].Messages, goat[id].Messages); diff != "" && !p.Report {
			found = append(found, Difference{p.Name, "the go command's messages differ (-plain +goat):\n" + diff})
		}
		// A package that does not compile, or link, is tried again without goat.
		if why := goat[id].GaveUp; len(why) > 0 && (plain[id].Messages == "" || p.Report && !refused(plain[id].Messages)) {
			found = append(found, Difference{p.Name, fmt.Sprintf("goat gave up: %q", why)})
		}
	}
	if why := goat[""].GaveUp; len(why) > 0 {
		found = append(found, Difference{"", fmt.Sprintf("goat warned: %q", why)})
	}
	sortDifferences(found)
	return found
}

// CompareRuns runs the programs of both builds, each in the folder that its source
// was read from. points is an empty folder, to which goat writes the hits. recorded
// looks at the recordings of a program in a folder and says what is wrong with
// them; it is nil if nothing is recorded.
func (m *Module) CompareRuns(plain, goat, points string, recorded func(folder string) string) ([]Difference, error) {
	var (
		mu    sync.Mutex
		found []Difference
		first error
		wait  sync.WaitGroup
		slots = make(chan bool, runtime.GOMAXPROCS(0))
	)
	for id, p := range m.programs {
		if !p.IsRun() || !isFile(filepath.Join(plain, id)) {
			continue
		}
		slots <- true
		wait.Go(func() {
			defer func() { <-slots }()
			diff, err := compareRun(p, filepath.Join(plain, id), filepath.Join(goat, id), filepath.Join(points, id), recorded)
			mu.Lock()
			defer mu.Unlock()
			if first == nil {
				first = err
			}
			if diff != "" {
				found = append(found, Difference{p.Name, diff})
			}
		})
	}
	wait.Wait()
	sortDifferences(found)
	return found, first
}

// tries is how often two programs are run until they do the same. Some programs
// print times, addresses or the order of a map.
const tries = 4

func compareRun(p Program, plain, goat, points string, recorded func(string) string) (string, error) {
	if !isFile(goat) {
		return "goat built no program", nil
	}
	var without, with []Result
	for range tries {
		a, err := Run(plain, p)
		if err != nil {
			return "", err
		}
		env, steps := []string{"GOAT_DIR=" + points}, points+".trace"
		if recorded != nil {
			env = append(env, "GOAT_TRACE_DIR="+steps, "GOAT_TRACE_VALUES=1")
		}
		b, err := Run(goat, p, env...)
		if err != nil {
			return err.Error(), nil
		}
		without, with = append(without, a), append(with, b)
		if slices.ContainsFunc(with, func(r Result) bool { return slices.Contains(without, r) }) {
			wrong := checkHits(b, points)
			if wrong == "" && recorded != nil && b.Code == 0 {
				wrong = recorded(steps)
			}
			return wrong, os.RemoveAll(steps)
		}
	}
	if varies(without) && without[0].Code == with[0].Code {
		return "", nil // the program never does the same twice
	}
	return "the runs differ (-plain +goat):\n" + gocmp.Diff(without[0], with[0]), nil
}

// checkHits looks for a hit of the first point of a program that ran to its end.
func checkHits(r Result, points string) string {
	if r.Code != 0 {
		return ""
	}
	items, err := oracle.ReadDir(points)
	if err != nil {
		return err.Error()
	}
	for _, item := range items {
		if item.Func == "main" && item.Count > 0 {
			return ""
		}
	}
	for _, item := range items {
		if item.Func == "main" {
			return "no point of func main was hit, such as " + item.String()
		}
	}
	return ""
}

func varies(results []Result) bool {
	return slices.ContainsFunc(results, func(r Result) bool { return r != results[0] })
}

func sortDifferences(list []Difference) {
	slices.SortFunc(list, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Program, b.Program), cmp.Compare(a.What, b.What))
	})
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
