package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// gocV2Agent behaves as goc v2's agent: it registers, dials, and is called.
type gocV2Agent struct {
	t         testing.TB
	center    string
	ID, Token string
	mode      string

	mu     sync.Mutex
	blocks []string
	counts []int
	pulls  int
	silent bool
	conns  []*websocket.Conn
}

// newV2Agent registers an agent. It dials with connect.
func newV2Agent(t testing.TB, center, command, extra string, counts ...int) *gocV2Agent {
	t.Helper()
	a := &gocV2Agent{t: t, center: center, mode: "count", blocks: echoBlocks, counts: counts}
	resp, err := http.Get(center + "/v2/internal/register?" + url.Values{"hostname": {"vm"}, "pid": {"3576"}, "cmdline": {command}, "extra": {extra}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(text, a)
	}
	if err != nil || resp.StatusCode != http.StatusOK || a.ID == "" || len(a.Token) != 32 {
		t.Fatalf("registering: got %d, %s and %v", resp.StatusCode, text, err)
	}
	t.Cleanup(a.kill)
	return a
}

func (a *gocV2Agent) dial(path string) *websocket.Conn {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, a.center+path+"?"+url.Values{"id": {a.ID}, "token": {a.Token}}.Encode(), nil)
	if err != nil {
		a.t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conns = append(a.conns, conn)
	return conn
}

// connect dials the connection for calls and answers them.
func (a *gocV2Agent) connect() *gocV2Agent {
	a.t.Helper()
	conn := a.dial("/v2/internal/ws/rpcstream")
	go func() {
		for {
			_, frame, err := conn.Read(context.Background())
			if err != nil {
				return
			}
			if answer := a.answer(frame); answer != nil {
				conn.Write(context.Background(), websocket.MessageText, answer)
			}
		}
	}()
	return a
}

func (a *gocV2Agent) answer(frame []byte) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	var call struct {
		Method string
		Params []string
		ID     uint64
	}
	if err := json.Unmarshal(frame, &call); err != nil || len(call.Params) != 1 || a.silent {
		return nil
	}
	var result, wrong any
	switch call.Method + " " + call.Params[0] {
	case "GocAgent.GetProfile getprofile":
		a.pulls++
		result = strings.Replace(profileOf(a.blocks, a.counts...), "mode: count", "mode: "+a.mode, 1)
	case "GocAgent.ResetProfile resetprofile":
		a.counts = make([]int, len(a.blocks))
		result = "ok"
	default:
		wrong = "wrong command"
	}
	text, _ := json.Marshal(map[string]any{"id": call.ID, "result": result, "error": wrong})
	return text
}

func (a *gocV2Agent) set(counts ...int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counts = counts
}

func (a *gocV2Agent) beSilent() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.silent = true
}

// kill ends the agent as kill -9 does.
func (a *gocV2Agent) kill() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, conn := range a.conns {
		conn.CloseNow()
	}
}
