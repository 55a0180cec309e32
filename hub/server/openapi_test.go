package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// openAPI is the hub's own description of its API.
type openAPI struct {
	t        *testing.T
	document any
	schemas  *jsonschema.Compiler
	paths    map[string]map[string]operation
	tried    map[string]bool // "METHOD path" that were called
}

type operation struct {
	OperationID string
	Responses   map[string]struct {
		Ref     string `json:"$ref"`
		Content map[string]struct{ Schema any }
	}
}

func readOpenAPI(t *testing.T, text string) *openAPI {
	t.Helper()
	o := &openAPI{t: t, tried: map[string]bool{}}
	var err error
	if o.document, err = jsonschema.UnmarshalJSON(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	closeObjects(o.document.(map[string]any)["components"].(map[string]any)["schemas"])
	closeObjects(o.document.(map[string]any)["paths"])
	o.schemas = jsonschema.NewCompiler()
	o.schemas.AssertFormat()
	if err := o.schemas.AddResource("openapi.json", o.document); err != nil {
		t.Fatal(err)
	}
	var paths struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal([]byte(text), &paths); err != nil {
		t.Fatal(err)
	}
	o.paths = paths.Paths
	return o
}

// closeObjects has schemas refuse keys that they do not name: the document allows
// them, for clients, and this hub has none.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["properties"]; ok {
			v["additionalProperties"] = false
		}
		for _, below := range v {
			closeObjects(below)
		}
	case []any:
		for _, below := range v {
			closeObjects(below)
		}
	}
}

// check holds an answer against what the document says of its call.
func (o *openAPI) check(method, path string, a answer) {
	o.t.Helper()
	pattern, op := o.find(method, path)
	if op == nil {
		o.t.Errorf("%s %s is not in the document", method, path)
		return
	}
	o.tried[method+" "+pattern] = true
	status := fmt.Sprint(a.status)
	response, ok := op.Responses[status]
	pointer := "/paths/" + strings.ReplaceAll(strings.ReplaceAll(pattern, "~", "~0"), "/", "~1") + "/" + strings.ToLower(method) + "/responses/" + status
	if !ok {
		if a.status < 400 {
			o.t.Errorf("%s %s: status %d is not in the document", method, path, a.status)
			return
		}
		pointer = "/components/responses/Problem"
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if ok {
		if _, known := response.Content[kind]; !known {
			o.t.Errorf("%s %s: %s is not in the document", method, path, kind)
			return
		}
	}
	if !strings.HasSuffix(kind, "json") {
		return
	}
	schema, err := o.schemas.Compile("openapi.json#" + pointer + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema")
	if err != nil {
		o.t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(a.body)))
	if err != nil {
		o.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
	}
	if err := schema.Validate(v); err != nil {
		o.t.Errorf("%s %s: %v in\n%s", method, path, err, a.body)
	}
}

var parameter = regexp.MustCompile(`\\\{\w+\\\}`)

// find is the operation for a path; one without parameters goes first.
func (o *openAPI) find(method, path string) (pattern string, op *operation) {
	path, _, _ = strings.Cut(path, "?")
	for _, pattern := range slices.Sorted(maps.Keys(o.paths)) {
		if !regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(pattern), `[^/]+`) + "$").MatchString(path) {
			continue
		}
		if op, ok := o.paths[pattern][strings.ToLower(method)]; ok {
			return pattern, &op
		}
	}
	return "", nil
}

// The document names the calls that there are, and answers are as it says.
func TestOpenAPI(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	o := readOpenAPI(t, h.call("GET", "/api/v1/openapi.json", nil).body)
	var described, there []string
	for path, methods := range o.paths {
		for method := range methods {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	for _, pattern := range h.patterns {
		if strings.Contains(pattern, " /api/v1/") {
			there = append(there, pattern)
		}
	}
	slices.Sort(described)
	slices.Sort(there)
	if diff := cmp.Diff(there, described); diff != "" {
		t.Errorf("routes (-hub +document):\n%s", diff)
	}

	call := func(method, path string, body any, headers ...string) answer {
		t.Helper()
		a := h.call(method, path, body, headers...)
		o.check(method, path, a)
		return a
	}
	digest, manifest := manifestOf(3)
	meta := digestOf(string(c.meta))
	call("POST", "/api/v1/instances", with(document{"manifest": digest, "points": 3, "covmeta": meta, "commit": c.commit, "address": "http://127.0.0.1:1"}))
	call("PUT", "/api/v1/manifests/"+digest, manifest)
	call("PUT", "/api/v1/covmeta/"+meta, c.meta)
	call("POST", "/api/v1/instances/"+key(1)+"/points", document{"from": 0, "ids": []int{1}, "routes": []string{"GET /"}})
	call("POST", "/api/v1/instances/"+key(1)+"/counters", c.counters[0], "Goat-Covmeta", meta)
	call("POST", "/api/v1/instances", with(document{"key": key(2), "manifest": digest, "points": 3, "commit": "feedbeef00"}))
	call("POST", "/api/v1/instances/"+key(2)+"/points", document{"from": 0, "ids": []int{1, 2}, "end": true})
	service := "/api/v1/services/" + h.services()[0].ID
	var release, other string
	for _, r := range h.releases(h.services()[0].ID) {
		if r.Revision == c.commit {
			release = "/api/v1/releases/" + r.ID
		} else {
			other = "/api/v1/releases/" + r.ID
		}
	}
	call("POST", release+"/refresh?wait=0s", nil)
	o.check("POST", release+"/refresh", h.sync(release+"/refresh?force=true", nil))
	call("POST", release+"/refresh", nil)
	for _, path := range []string{
		"/api/v1/services", service, service + "/releases", service + "/badge.svg", "/api/v1/search?q=refund", "/api/v1/search", "/api/v1/openapi.json",
		release, other, release + "/builds", release + "/instances", release + "/points", release + "/points?across=releases", release + "/points?across=x", release + "/runs", release + "/profile",
		release + "/reports/functions?force=1&wait=0s", release + "/reports/functions", release + "/reports/functions?format=text", release + "/reports/functions?format=x", release + "/reports/html",
		release + "/reports/changes", release + "/reports/changes?format=text", release + "/reports/changes?format=html", release + "/reports/changes?format=diffcover", release + "/reports/changes?base=refunds",
		other + "/reports/functions", release + "/reports/functions?row=7", release + "/history", release + "/history?limit=x", "/api/v1/instances/" + key(1) + "/profile", "/api/v1/instances/" + key(3) + "/profile",
		release + "/points?state=never&kind=stmt&error=no&q=refund", release + "/points?state=x", release + "/points?error=x",
		release + "/summary", release + "/summary?by=commit", release + "/summary?by=owner&state=never", release + "/summary?format=markdown", release + "/summary?format=x", release + "/summary?by=x", other + "/summary",
		release + "/lines?file=example.com%2Fshop%2Finternal%2Fledger%2Frefund.go", release + "/lines?file=none",
		release + "/compare?with=" + strings.TrimPrefix(other, "/api/v1/releases/"), release + "/compare?with=none", release + "/compare?with=" + strings.TrimPrefix(release, "/api/v1/releases/"),
		"/api/v1/releases/none", "/api/v1/unadmitted",
	} {
		call("GET", path, nil)
	}
	call("POST", release+"/baseline", nil)
	call("GET", release+"/baselines", nil)
	call("DELETE", release+"/baseline", nil)
	call("DELETE", release+"/baseline", nil)
	call("GET", release+"/baselines", nil)
	call("POST", other+"/baseline", nil)
	excuse := service + "/excuses/" + "0000000000000003"
	call("PUT", excuse, document{"reason": "why", "person": "ann", "until": time.Now().UTC().Format(time.DateOnly)})
	call("PUT", excuse, document{"reason": "why"})
	call("PUT", "/api/v1/tests/"+key(7), document{"module": "example.com/shop", "name": "unit", "ran": []string{"0000000000000001"}})
	for _, path := range []string{service + "/excuses", release + "/gate", release + "/gate?min=80&rule=age+1h", other + "/gate", release + "/points", release + "/tests", other + "/tests"} {
		call("GET", path, nil)
	}
	call("DELETE", excuse, nil)
	call("DELETE", excuse, nil)
	call("GET", service+"/excuses?history=true", nil)
	call("POST", service+"/sync?wait=0s", nil)
	o.check("POST", service+"/sync", h.sync(service+"/sync", nil))
	call("POST", "/api/v1/prestop", nil)
	r := newRecordedRun(t, 1)
	run := "/api/v1/runs/" + r.id
	call("PUT", run, r.describe)
	call("PUT", "/api/v1/tables/"+r.digest, r.table)
	call("PUT", run+"/segments/1/1", r.segment(1, 1, 2, "x"))
	call("PUT", run+"/segments/1/1", r.segment(1, 1, 2, "other"))
	for _, path := range []string{"/api/v1/runs", "/api/v1/runs?before=x", run, run + "0", run + "/segments", run + "/segments/1/1", run + "/segments/1/9", run + "/tables/" + r.digest} {
		call("GET", path, nil)
	}
	call("POST", run+"/pin", nil)
	call("DELETE", run+"/pin", nil)
	call("DELETE", run, nil)
	call("DELETE", run, nil)
	for _, operation := range described {
		if !o.tried[operation] {
			t.Errorf("%s was not called", operation)
		}
	}
	if a := h.call("GET", service+"/badge.svg", nil); !strings.Contains(a.body, ">66.6%<") || a.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("got badge %s, want 66.6%%", a.body)
	}
}

// A report that takes longer than the client waits is 202 with how far it has come;
// the address to ask again gives it in the end.
func TestLongReport(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.count(1, c, c.counters[0])
	path := "/api/v1/releases/" + h.release().ID + "/reports/changes?wait=0s&force=true"
	a := h.call("GET", path, nil)
	if a.status != http.StatusAccepted || a.header.Get("Retry-After") != "1" {
		t.Fatalf("got %d and %s, want 202: the repository is still to be fetched", a.status, a.body)
	}
	running := decoded[struct{ State, Phase, Again string }](t, a)
	if running.State != "running" || running.Phase == "" || strings.Contains(running.Again, "force") || running.Again != a.header.Get("Location") {
		t.Errorf("got %+v, want how far it has come and where to ask again", running)
	}
	until(t, "made", func() bool { return h.call("GET", running.Again, nil).status == http.StatusOK })
	h2 := startHub(t, withSource(c)) // a replica that knows nothing of it begins
	h2.count(1, c, c.counters[0])
	until(t, "made at another replica", func() bool { return h2.call("GET", running.Again, nil).status == http.StatusOK })
}
