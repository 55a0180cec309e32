package gocv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/coder/websocket"
)

// maxFrame is the size of what an agent may send at once, in bytes: a profile, as
// JSON.
const maxFrame = 96 << 20

// connection is a connection over which an agent is called, by JSON-RPC 1.0 in text
// frames. Its calls may be made at once.
type connection struct {
	id       int64
	instance string
	conn     *websocket.Conn

	mu      sync.Mutex
	next    uint64
	waiting map[uint64]chan reply
	asked   bool // somebody waits, and is being served
}

// call is a request.
type call struct {
	Method string   `json:"method"`
	Params []string `json:"params"`
	ID     uint64   `json:"id"`
}

// reply is an answer.
type reply struct {
	ID     *uint64         `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  any             `json:"error"`
}

var errClosed = errors.New("the agent's connection has ended")

// text calls a method whose result is a string.
func (n *connection) text(ctx context.Context, method, argument string) (string, error) {
	answer, id := n.expect()
	defer n.forget(id)
	content, err := json.Marshal(call{method, []string{argument}, id})
	if err != nil {
		return "", err
	}
	if err := n.conn.Write(ctx, websocket.MessageText, content); err != nil {
		return "", fmt.Errorf("calling the agent: %w", err)
	}
	select {
	case <-ctx.Done():
		return "", fmt.Errorf("waiting for the agent: %w", ctx.Err())
	case r, ok := <-answer:
		if !ok {
			return "", errClosed
		}
		return r.text()
	}
}

// text is the result of an answer. What an agent says is wrong is not repeated.
func (r *reply) text() (text string, err error) {
	if r.Error != nil {
		return "", errors.New("the agent answers with an error")
	}
	if err := json.Unmarshal(r.Result, &text); err != nil {
		return "", errors.New("the agent's answer is no text")
	}
	return text, nil
}

func (n *connection) expect() (chan reply, uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id := n.next
	n.next++
	answer := make(chan reply, 1)
	n.waiting[id] = answer
	return answer, id
}

func (n *connection) forget(id uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.waiting, id)
}

// read hands answers to who waits for them, until the connection ends. What is no
// answer ends it.
func (n *connection) read(ctx context.Context) error {
	defer func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		for id, answer := range n.waiting {
			close(answer)
			delete(n.waiting, id)
		}
	}()
	for {
		_, frame, err := n.conn.Read(ctx)
		if err != nil {
			return err
		}
		r, err := parseReply(frame)
		if err != nil {
			return err
		}
		n.mu.Lock()
		if answer := n.waiting[*r.ID]; answer != nil {
			answer <- r
			delete(n.waiting, *r.ID)
		}
		n.mu.Unlock()
	}
}

func parseReply(frame []byte) (r reply, err error) {
	if err := json.Unmarshal(frame, &r); err != nil {
		return r, fmt.Errorf("reading an answer of an agent: %w", err)
	}
	if r.ID == nil {
		return r, errors.New("an answer of an agent has no id")
	}
	return r, nil
}

// begin says whether nobody is serving who waits for the instance yet.
func (n *connection) begin() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	first := !n.asked
	n.asked = true
	return first
}

func (n *connection) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = false
}
