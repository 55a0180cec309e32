package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/graph"
	"github.com/goat-trace/goat/hub/trace/relations"
	"github.com/goat-trace/goat/hub/trace/tracetest"
)

// fixture is a hub's /graphql over one generated run.
type fixture struct {
	*tracetest.Memory
	truth *tracetest.Trace
	url   string
}

func start(t *testing.T) *fixture {
	t.Helper()
	g := tracetest.Generate(rand.New(rand.NewPCG(3, 3)), 4000, 400)
	m := tracetest.NewMemory(g.Table, g.Segments)
	s := httptest.NewServer(graph.Handler(relations.New(m, 8<<20), 10*time.Millisecond, slog.New(slog.DiscardHandler)))
	t.Cleanup(s.Close)
	return &fixture{m, g, s.URL}
}

// ask sends a query and returns the answer's data and errors.
func (f *fixture) ask(t *testing.T, query string) (data map[string]any, failed string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(f.url, "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Data   map[string]any
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatalf("status %s: %v", resp.Status, err)
	}
	if len(answer.Errors) > 0 {
		failed = answer.Errors[0].Message
	}
	return answer.Data, failed
}

// TestSeed compares the schema with the types of the specification, once Number is
// Int, string String and boolean Boolean.
func TestSeed(t *testing.T) {
	seed, err := os.ReadFile("testdata/seed.graphql")
	if err != nil {
		t.Fatal(err)
	}
	valid := strings.NewReplacer(": string (xml?)", ": String", "Number", "Int", ": string", ": String", "boolean", "Boolean").Replace(string(seed))
	want, err := gqlparser.LoadSchema(&ast.Source{Input: "scalar DateTime\ntype Query { run: Run }\n" + valid})
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	got, err := gqlparser.LoadSchema(&ast.Source{Input: string(own)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"TraceNode", "Location", "Var", "Trace", "Run"} {
		for i, field := range want.Types[name].Fields {
			if has := got.Types[name].Fields[i]; has.Name != field.Name || has.Type.String() != field.Type.String() {
				t.Errorf("%s: field %d is %s: %s, want %s: %s", name, i, has.Name, has.Type, field.Name, field.Type)
			}
		}
	}
}

const pageQuery = `{ run(id: "1") { trace(number: 1) { stepsFrom(first: %d, after: %s) {
	pageInfo { hasNextPage endCursor }
	edges { node { number line: locationId { line }
		controlDominator { number } stepIn { number } stepOver { number } invocationParent { number }
		reads { identifier value writtenBy { number } } writes { identifier value }
	} } } } } }`

// TestPages reads a whole trace in pages, and compares it with the truth. A page
// costs the same number of questions to the store, whatever its size.
func TestPages(t *testing.T) {
	f := start(t)
	after := "null"
	step := uint64(0)
	asked := make(map[int64]bool)
	for range 1000 {
		before := f.Asked.Load()
		data, failed := f.ask(t, fmt.Sprintf(pageQuery, 100, after))
		if failed != "" {
			t.Fatal(failed)
		}
		asked[f.Asked.Load()-before] = true
		page := data["run"].(map[string]any)["trace"].(map[string]any)["stepsFrom"].(map[string]any)
		for _, e := range page["edges"].([]any) {
			n := e.(map[string]any)["node"].(map[string]any)
			step++
			f.compare(t, step, n)
			if t.Failed() {
				return
			}
		}
		info := page["pageInfo"].(map[string]any)
		if !info["hasNextPage"].(bool) {
			break
		}
		after = fmt.Sprintf("%q", info["endCursor"])
	}
	if step != f.truth.Number() {
		t.Errorf("the pages have %d steps, want %d", step, f.truth.Number())
	}
	most := int64(0)
	for n := range asked {
		most = max(most, n)
	}
	if most > 12 {
		t.Errorf("a page of 100 steps took up to %d questions to the store, want at most 12", most)
	}
	f.ask(t, fmt.Sprintf(pageQuery, 10, "null"))
	before := f.Asked.Load()
	f.ask(t, fmt.Sprintf(pageQuery, 10, "null"))
	small := f.Asked.Load() - before
	f.ask(t, fmt.Sprintf(pageQuery, 100, "null"))
	before = f.Asked.Load()
	f.ask(t, fmt.Sprintf(pageQuery, 100, "null"))
	if large := f.Asked.Load() - before; large != small {
		t.Errorf("100 steps took %d questions to the store, and 10 steps %d", large, small)
	}
}

func (f *fixture) compare(t *testing.T, step uint64, n map[string]any) {
	t.Helper()
	number := func(v any) uint64 {
		if v == nil {
			return 0
		}
		return uint64(v.(map[string]any)["number"].(float64))
	}
	if got := uint64(n["number"].(float64)); got != step {
		t.Errorf("got step %d, want %d", got, step)
	}
	for field, want := range map[string]uint64{
		"controlDominator": f.truth.ControlDominator(step), "stepOver": f.truth.StepOver(step), "invocationParent": f.truth.Caller(step),
	} {
		if got := number(n[field]); got != want {
			t.Errorf("step %d: %s is %d, want %d", step, field, got, want)
		}
	}
	reads, _ := f.truth.Accesses(step)
	for i, r := range n["reads"].([]any) {
		var got uint64
		if by := r.(map[string]any)["writtenBy"].([]any); len(by) > 0 {
			got = number(by[0])
		}
		if want := f.truth.WrittenBy(step, reads[i]); got != want {
			t.Errorf("step %d: read %d was written by %d, want %d", step, i, got, want)
		}
	}
}

// TestHostile: queries that would cost too much, and wrong ones, are refused with a
// reason, and the handler goes on.
func TestHostile(t *testing.T) {
	f := start(t)
	deep := strings.Repeat("stepIn { ", 30) + "number" + strings.Repeat(" }", 30)
	wide := strings.Repeat(`reads { readBy { reads { identifier } } } `, 1)
	for _, test := range []struct{ name, query, want string }{
		{"deep", `{ run(id: "1") { trace(number: 1) { step(number: 1) { ` + deep + ` } } } }`, "nested more than"},
		{"deep by fragments", `query { run(id: "1") { trace(number: 1) { step(number: 1) { ...a } } } } fragment a on TraceNode { ` + deep + ` }`, "nested more than"},
		{"fragments that contain each other", `query { run(id: "1") { ...a } } fragment a on Run { ...b } fragment b on Run { ...a }`, "Cannot spread fragment"},
		{"costly", `{ run(id: "1") { threads { steps { ` + wide + ` stepIn { ` + wide + ` } } } } }`, "complexity"},
		{"many words", `{ run(id: "1") { ` + strings.Repeat("id ", 3000) + ` } }`, "token"},
		{"unknown field", `{ run(id: "1") { secret } }`, "Cannot query field"},
		{"no run", `{ run(id: "77") { id } }`, "not in the store"},
		{"no trace", `{ run(id: "1") { trace(number: 5) { count } } }`, "trace 5"},
		{"no step", `{ run(id: "1") { trace(number: 1) { step(number: 99999999) { number } } } }`, "no step 99999999"},
		{"step 0", `{ run(id: "1") { trace(number: 1) { step(number: 0) { number } } } }`, "counts from 1"},
		{"cursor", `{ run(id: "1") { trace(number: 1) { stepsFrom(after: "x") { pageInfo { hasNextPage } } } } }`, "no cursor"},
		{"page", `{ run(id: "1") { trace(number: 1) { stepsFrom(first: 5000) { pageInfo { hasNextPage } } } } }`, "can be 1 to 100"},
		{"line", `{ run(id: "1") { whyNot(file: "q.go", line: 1) { reason } } }`, "no recorded function"},
		{"search", `{ run(id: "1") { trace(number: 1) { find(text: " ") { number } } } }`, "nothing is searched"},
		{"variable", `{ run(id: "1") { trace(number: 1) { whyValue(step: 3, variable: "nope") { more } } } }`, "nope"},
		{"no query", `}`, "Unexpected }"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, failed := f.ask(t, test.query); !strings.Contains(failed, test.want) {
				t.Errorf("got %q, want %q in it", failed, test.want)
			}
		})
	}
	if _, failed := f.ask(t, `{ runs { edges { node { id count threads { isMain count } } } } __schema { types { name } } }`); failed != "" {
		t.Errorf("afterwards: %s", failed)
	}
}

// TestWhy asks all that the pages ask.
func TestWhy(t *testing.T) {
	f := start(t)
	data, failed := f.ask(t, `{ run(id: "1") { createdAt trace(number: 1) {
		whyValue(step: 900) { links { depth from reason node { number } } more }
		whyStep(step: 900) { links { reason node { number } } }
		suspect(feedback: [{step: 900, verdict: SHOULD_NOT_RUN}]) { reason found node { number } }
		find(text: "f1", first: 3) { number function }
	} } }`)
	if failed != "" {
		t.Fatal(failed)
	}
	tr := data["run"].(map[string]any)["trace"].(map[string]any)
	want := f.truth.ControlDominator(900)
	if want == 0 {
		want = f.truth.Caller(900)
	}
	got := uint64(tr["suspect"].(map[string]any)["node"].(map[string]any)["number"].(float64))
	if want != 0 && got != want {
		t.Errorf("the suspicious step is %d, want %d", got, want)
	}
	if found := tr["find"].([]any); len(found) != 3 {
		t.Errorf("found %v, want 3 steps of f1", found)
	}
}

// TestSubscription follows a run until it ends.
func TestSubscription(t *testing.T) {
	f := start(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url, strings.NewReader(`{"query":"subscription { run(id: \"1\") { count endedAt } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	var got []string
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok && strings.Contains(text, "count") {
			got = append(got, text)
			f.Change(func(r *trace.Run) { // more comes, and then the end
				r.Steps += 10
				if len(got) == 3 {
					r.EndedAt = time.Unix(5, 0)
				}
			})
		}
	}
	if len(got) < 3 || !strings.Contains(got[len(got)-1], "1970") {
		t.Errorf("got %d events, the last one without the end: %v", len(got), got)
	}
	if slices.Contains(got, "") {
		t.Errorf("an event is empty: %v", got)
	}
}
