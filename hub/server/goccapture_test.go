package server

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// captured are the two agents of the captures: the blocks of their program, and what
// each counted.
func captured(t *testing.T, list []exchange) (blocks []string, first, second []int) {
	t.Helper()
	counts := func(text string) map[string]int {
		of := map[string]int{}
		for line := range strings.Lines(strings.TrimSpace(text)) {
			if i := strings.LastIndexByte(strings.TrimSpace(line), ' '); !strings.HasPrefix(line, "mode:") {
				n, err := strconv.Atoi(strings.TrimSpace(line)[i+1:])
				if err != nil {
					t.Fatal(err)
				}
				of[line[:i]] = n
				blocks = append(blocks, line[:i])
			}
		}
		return of
	}
	var one, both map[string]int
	for _, e := range list {
		switch e.curl {
		case "http://127.0.0.1:17777/v1/cover/profile":
			if both == nil {
				both = counts(e.answer)
			}
		case "http://127.0.0.1:39757/v1/cover/profile":
			one = counts(e.answer)
			blocks = nil // the order of the merged profile is ours to take
		}
	}
	for _, b := range blocks[:len(both)] {
		first, second = append(first, one[b]), append(second, both[b]-one[b])
	}
	return blocks[:len(both)], first, second
}

// What goc's center of version 1 answers, the hub answers: every call of the
// capture is sent as it was, and every byte that comes back is compared, times and
// the agents' ports aside. Three answers differ on purpose.
func TestGocV1Capture(t *testing.T) {
	list := readCapture(t, filepath.Join("testdata", "goc", "v1.txt"))
	h := startHub(t)
	blocks, first, second := captured(t, list)
	agents := []*gocAgent{newAgent(t, h.CenterURL(), first...), newAgent(t, h.CenterURL(), second...)}
	for i, name := range []string{"goc_echoserver", "staging_th_apa_goc_echoserver_master_845820727e"} {
		agents[i].blocks = blocks
		agents[i].register(name)
		agents[i].serve()
	}
	names := strings.NewReplacer("http://127.0.0.1:39757", agents[0].addr, "http://127.0.0.1:35571", agents[1].addr)
	const success = `{"result":"success"}`
	for n, e := range list {
		if e.host != "127.0.0.1:17777" {
			continue // a call to an agent
		}
		switch {
		case strings.HasPrefix(e.target, "//v1/cover/register"): // works
			e.head = strings.NewReplacer("404 Not Found", "200 OK", "text/plain", "application/json; charset=utf-8", "Content-Length: 18", "Content-Length: 20").Replace(e.head)
			e.answer = success
		case strings.Contains(e.answer, `"http://10.9.8.7:49971"`): // is not admitted
			e.drop(`,"http://10.9.8.7:49971"`)
		case strings.Contains(e.answer, "http://10.9.8.7:49971 removed"):
			e.drop("Register service http://10.9.8.7:49971 removed from the center.")
		}
		e.replay(t, h.gocAddr.String(), names)
		if t.Failed() {
			t.Fatalf("call %d differs", n)
		}
	}
	book := h.book.List()
	if len(book) != 1 || book[0].Address != "http://10.9.8.7:49971" || book[0].Name != "staging_th_apa_goc_echoserver_v1" || book[0].Peer != "127.0.0.1" {
		t.Errorf("got %+v, want the foreign address", book)
	}
	if f, err := os.ReadDir(filepath.Join(h.config.Root, "blobs", "blocks")); err != nil || len(f) != 2 {
		t.Errorf("got %v and %v, want what both agents said before they were cleared and removed", f, err)
	}
}

// drop takes text out of the answer.
func (e *exchange) drop(text string) {
	before := len(e.answer)
	e.answer = strings.Replace(e.answer, text, "", 1)
	e.head = strings.Replace(e.head, fmt.Sprintf("Content-Length: %d", before), fmt.Sprintf("Content-Length: %d", len(e.answer)), 1)
}

// What goc's center of version 2 answers, the hub answers, but for a pattern that
// ends goc's call by a panic. goc lists agents in any order, and so names modes that
// differ in any order.
func TestGocV2Capture(t *testing.T) {
	list := readCapture(t, filepath.Join("testdata", "goc", "v2.txt"))
	h := startHub(t)
	counts := func(e exchange) (mode string, blocks []string, counts []int) {
		var answer struct{ Profile string }
		if err := json.Unmarshal([]byte(e.answer), &answer); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(answer.Profile), "\n")
		for _, line := range lines[1:] {
			i := strings.LastIndexByte(line, ' ')
			n, err := strconv.Atoi(line[i+1:])
			if err != nil {
				t.Fatal(err)
			}
			blocks, counts = append(blocks, line[:i]), append(counts, n)
		}
		return strings.TrimPrefix(lines[0], "mode: "), blocks, counts
	}
	plain, watched := newV2Agent(t, h.CenterURL(), "./echo2", ""), newV2Agent(t, h.CenterURL(), "./echo2w", "ns=staging")
	for _, e := range list {
		switch {
		case strings.HasSuffix(e.target, "/profile?id=1") && plain.counts == nil:
			plain.mode, plain.blocks, plain.counts = counts(e)
		case strings.HasSuffix(e.target, "/profile?extra=ns%3Dstaging"):
			watched.mode, watched.blocks, watched.counts = counts(e)
		}
	}
	plain.connect()
	watched.connect().dial("/v2/internal/ws/watchstream")
	until(t, "connected", func() bool {
		a := h.goc("GET", "/v2/agents", "")
		return strings.Contains(a.body, `"status":2`) && strings.Contains(a.body, `"status":6`)
	})
	third := "fc13fd11f21f3ffe8cddc01eafea4dd7"
	pid := func(text string) string { return strings.ReplaceAll(text, `"pid":"3581"`, `"pid":"3576"`) }
	for n, e := range list {
		e.answer = pid(e.answer)
		switch {
		case strings.Contains(e.target, "/profile?extra=("):
			e.head = "HTTP/1.1 400 Bad Request\nContent-Type: application/json; charset=utf-8\nDate: D\nContent-Length: 93"
			e.answer = "{\"msg\":\"extra is no regular expression: error parsing regexp: missing closing ): `(`\"}"
			e.head = strings.Replace(e.head, "93", strconv.Itoa(len(e.answer)), 1)
		case strings.Contains(e.answer, "(cover vs count)"):
			e.answer = strings.Replace(e.answer, "(cover vs count)", "(count vs cover)", 1)
		case strings.Contains(e.answer, `{"items":[{"id":"3"`):
			var items struct{ Items []json.RawMessage }
			if err := json.Unmarshal([]byte(e.answer), &items); err != nil {
				t.Fatal(err)
			}
			e.answer = `{"items":[` + string(items.Items[1]) + "," + string(items.Items[2]) + "," + string(items.Items[0]) + "]}"
		}
		names := strings.NewReplacer("974a8c801361cff1c395bbad8000b2db", plain.Token, "475aacfb38f5060f934528f7cd7374b2", watched.Token, third, h.tokenOf("3", third))
		e.replay(t, h.gocAddr.String(), names)
		if t.Failed() {
			t.Fatalf("call %d differs", n)
		}
	}
}

// tokenOf is the token of an agent; that of one that is not there yet is other.
func (h *hub) tokenOf(id, other string) string {
	agents, err := h.fleet.GocAgents(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, a := range agents {
		if strconv.FormatInt(a.ID, 10) == id {
			return a.Token
		}
	}
	return other
}
