package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/goat-trace/goat/hub/fleet"
)

const echoExtra = "env=staging,region=th,apptype=apa,app=goc_echoserver,branch=origin/master,commit=845820727e"

// connected waits until a center lists so many connected agents.
func (h *hub) connected(n int) {
	h.t.Helper()
	until(h.t, "connected", func() bool {
		return strings.Count(h.goc("GET", "/v2/agents", "").body, `"status":2`) == n
	})
}

// profileV2 is what the center answers for agents.
func (h *hub) profileV2(query string) string {
	h.t.Helper()
	a := h.goc("GET", "/v2/cover/profile"+query, "")
	var said struct{ Profile string }
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || a.status != http.StatusOK {
		h.t.Errorf("got %d and %s, want a profile", a.status, a.body)
	}
	return said.Profile
}

// Agents of version 2 are called through the connections that they have dialled. They
// are of the service that their extra names, beside those of version 1.
func TestGocV2Agent(t *testing.T) {
	h := startHub(t, measured)
	startAgent(t, h.CenterURL(), echoName, 1, 0, 0, 0)
	newV2Agent(t, h.CenterURL(), "./goc_echoserver -p 1", echoExtra, 0, 1, 1, 0).connect()
	killed := newV2Agent(t, h.CenterURL(), "./goc_echoserver", echoName, 0, 1, 0, 0).connect()
	h.connected(2)
	if got := h.profileV2(""); got != profileOf(echoBlocks, 0, 2, 1, 0) {
		t.Errorf("got\n%s\nwant both agents' counts", got)
	}
	if got := h.instancesOf(echoName); len(got) != 3 {
		t.Errorf("got %+v, want all three in one release", got)
	}
	a := h.call("POST", "/api/v1/services/"+h.serviceOf(echoName)+"/sync?wait=40s", nil)
	if a.status != http.StatusOK || !strings.Contains(a.body, `"done"`) {
		t.Errorf("syncing: got %d and %s, want done", a.status, a.body)
	}
	b, err := h.fleet.Blocks(t.Context(), h.instancesOf(echoName)[0].ReleaseID)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := b.Ever.AppendText(nil); err != nil || string(text) != profileOf(echoBlocks, 1, 2, 1, 0) {
		t.Errorf("got %s and %v, want the sum of all three", text, err)
	}
	killed.kill()
	h.connected(1)
	if got := h.profileV2(""); got != profileOf(echoBlocks, 0, 1, 1, 0) {
		t.Errorf("got\n%s\nwant the agent's that is there", got)
	}
	if text, _, err := h.fleet.Raw(t.Context(), h.instanceOf(killed.ID)); err != nil || string(text) != profileOf(echoBlocks, 0, 1, 0, 0) {
		t.Errorf("got %s and %v, want the copy of the one that was killed", text, err)
	}
	killed.connect() // it comes back with its id
	h.connected(2)
	if a := h.goc("DELETE", "/v2/agents?id="+killed.ID, ""); a.body != "null" {
		t.Errorf("got %d and %s, want null", a.status, a.body)
	}
	h.connected(1)
}

// instanceOf is the instance of an agent of version 2.
func (h *hub) instanceOf(id string) string {
	h.t.Helper()
	agents, err := h.fleet.GocAgents(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, a := range agents {
		if h.tokenOf(id, "") == a.Token {
			return a.Instance
		}
	}
	h.t.Fatalf("no agent %s", id)
	return ""
}

// One that takes calls and answers none, and one that talks nonsense, hold up nobody.
func TestGocV2AgentsThatAreSilent(t *testing.T) {
	h := startHub(t, impatient)
	newV2Agent(t, h.CenterURL(), "./echo", "", 1, 0, 0, 0).connect()
	silent := newV2Agent(t, h.CenterURL(), "./echo", "", 9, 9, 9, 9).connect()
	silent.beSilent()
	nonsense := newV2Agent(t, h.CenterURL(), "./echo", "", 9, 9, 9, 9)
	conn := nonsense.dial("/v2/internal/ws/rpcstream")
	go func() {
		for {
			if _, _, err := conn.Read(context.Background()); err != nil {
				return
			}
			conn.Write(context.Background(), websocket.MessageText, []byte(`{"id":{"a":[1`))
		}
	}()
	h.connected(3)
	begin := time.Now()
	if got := h.profileV2(""); got != profileOf(echoBlocks, 1, 0, 0, 0) {
		t.Errorf("got\n%s\nwant the healthy agent's counts", got)
	}
	if took := time.Since(begin); took > 40*time.Second {
		t.Errorf("it took %v", took)
	}
	h.connected(2) // what is no answer has ended the connection
}

// The connection is in one replica. Who asks another one gets a copy that was made
// for the asking. The list is the same everywhere, and stays when a replica is
// killed: the agent dials another one with the id that it has.
func TestGocV2Replicas(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { testGocV2Replicas(t, on(t, t.TempDir(), e.empty(t, false))) })
	}
}

func testGocV2Replicas(t *testing.T, at func(*Config)) {
	h, other := startHub(t, at), startHub(t, at)
	a := newV2Agent(t, h.CenterURL(), "./echo", "", 1, 0, 0, 0).connect()
	h.connected(1)
	other.connected(1)
	if got := other.profileV2(""); got != profileOf(echoBlocks, 1, 0, 0, 0) {
		t.Errorf("got\n%s\nwant the agent's counts", got)
	}
	a.set(1, 1, 0, 0)
	if got := other.profileV2(""); got != profileOf(echoBlocks, 1, 1, 0, 0) {
		t.Errorf("got\n%s\nwant what it counted meanwhile", got)
	}
	if err := h.Shutdown(); err != nil {
		t.Fatal(err)
	}
	a.center = other.CenterURL()
	a.set(2, 1, 0, 0)
	a.connect()
	other.connected(1)
	if got := other.profileV2(""); got != profileOf(echoBlocks, 2, 1, 0, 0) {
		t.Errorf("got\n%s\nwant the counts of now", got)
	}
}

// While it is connected an agent keeps its lease; afterwards it is gone without a
// look, since nobody can dial it.
func TestGocV2Lease(t *testing.T) {
	h := startHub(t, func(c *Config) { c.Lease, c.Ping = time.Second, 50*time.Millisecond })
	a := newV2Agent(t, h.CenterURL(), "./echo", "", 1, 0, 0, 0).connect()
	h.connected(1)
	id := h.instanceOf(a.ID)
	service := h.serviceOf("echo")
	state := func() fleet.InstanceState {
		list, err := h.fleet.At(t.Context(), service, id)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return fleet.Gone
		}
		return list[0].State
	}
	for range 20 {
		time.Sleep(150 * time.Millisecond)
		if s := state(); s != fleet.Live {
			t.Fatalf("got %s while it is connected", s)
		}
	}
	a.kill()
	until(t, "gone", func() bool { return state() == fleet.Gone })
}

// What runs just now is told to those who watch, a line a frame, and nothing else.
func TestGocV2Watch(t *testing.T) {
	h := startHub(t)
	a := newV2Agent(t, h.CenterURL(), "./echo", "", 1, 0, 0, 0).connect()
	source := a.dial("/v2/internal/ws/watchstream")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	watch, _, err := websocket.Dial(ctx, h.CenterURL()+"/v2/cover/ws/watch", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.CloseNow()
	line := echoBlocks[0] + " 1"
	got := make(chan string, 1)
	go func() {
		_, frame, err := watch.Read(ctx)
		if err != nil {
			frame = []byte(err.Error())
		}
		got <- string(frame)
	}()
	for { // until the one who watches is known
		for _, frame := range []string{"<script>", "", "mode: count", line + "\n" + line, line + "\n"} {
			if err := source.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case frame := <-got:
			if frame != line {
				t.Errorf("got %q, want %q", frame, line)
			}
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Connections are for who has the token of their id, and nobody else's.
func TestGocV2Tokens(t *testing.T) {
	h := startHub(t)
	a := newV2Agent(t, h.CenterURL(), "./echo", "", 1, 0, 0, 0)
	for _, query := range []string{"id=" + a.ID + "&token=" + strings.Repeat("0", 32), "id=" + a.ID, "id=77&token=" + a.Token, "", "id=-1&token="} {
		for _, path := range []string{"rpcstream", "watchstream"} {
			got := h.goc("GET", "/v2/internal/ws/"+path+"?"+query, "")
			if got.status != http.StatusBadRequest || !strings.Contains(got.body, `"code":1`) {
				t.Errorf("%s?%s: got %d and %s, want 400 and code 1", path, query, got.status, got.body)
			}
		}
	}
	for _, path := range []string{"/v2/internal/ws/rpcstream", "/v2/cover/ws/watch"} {
		if got := h.goc("GET", path+"?id="+a.ID+"&token="+a.Token, ""); got.status == http.StatusOK || got.status >= 500 {
			t.Errorf("%s without an upgrade: got %d and %s, want 4xx", path, got.status, got.body)
		}
	}
	if got := h.goc("GET", "/v2/internal/register?hostname=h&pid=1&cmdline=x&extra="+strings.Repeat("e", 5000), ""); got.status != http.StatusOK || len(h.book.List()) != 1 {
		t.Errorf("got %d, %s and %+v, want it noted", got.status, got.body, h.book.List())
	}
}
