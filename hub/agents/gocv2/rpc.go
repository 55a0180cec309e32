package gocv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/coder/websocket"
)

// maxFrame is the largest frame that an agent may send, in bytes. It holds a
// profile, as JSON.
const maxFrame = 96 << 20

// connection is a connection through which the hub calls an agent, by JSON-RPC 1.0
// in text frames. Several calls may be made at once.
type connection struct {
	id       int64
	instance string
	conn     *websocket.Conn

	mu      sync.Mutex
	next    uint64
	waiting map[uint64]chan reply
	asked   bool // somebody waits, and the connection serves them
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

// text returns the result of an answer. It does not repeat what the agent says in
// an error.
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

// read hands answers to the callers that wait for them, until the connection ends.
// An invalid answer ends it.
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

// begin reports whether nobody yet serves those who wait for the instance.
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
