package gocv2

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// Limits of watching.
const (
	maxLine   = 64 << 10 // bytes of a frame
	mostLines = 4096     // that wait for one watcher; further ones are dropped
)

// watchstream accepts the connection through which an agent says what runs just
// now.
func (c *center) watchstream(w http.ResponseWriter, r *http.Request) error {
	c.streams.Add(1)
	defer c.streams.Done()
	a, err := c.known(r)
	if err != nil {
		return err
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return nil // an answer has been sent
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxLine)
	if !c.sources.add(conn) {
		return nil
	}
	defer c.sources.remove(conn)
	ctx := context.WithoutCancel(r.Context())
	if err := c.Fleet.SetGocStream(ctx, a.ID, fleet.StreamWatch, c.Addresses.Peer(r).String()); err != nil {
		return nil
	}
	defer func() {
		if err := c.Fleet.SetGocStream(ctx, a.ID, fleet.StreamWatch, ""); err != nil {
			c.Log.Error("noting that an agent has gone failed", "id", a.ID, "error", err)
		}
	}()
	go pings(ctx, conn, c.Ping)
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return nil
		}
		if line, ok := watchLine(frame); ok {
			c.watchers.tell(a, line)
		}
	}
}

// watchLine returns a frame of an agent if it is a line of a profile.
func watchLine(frame []byte) (string, bool) {
	line := strings.TrimRight(string(frame), "\r\n")
	if line == "" || strings.ContainsRune(line, '\n') {
		return "", false
	}
	_, err := fleet.ParseBlocks([]byte("mode: count\n" + line + "\n"))
	return line, err == nil
}

// pings ends a connection when nobody is at the other end any more.
func pings(ctx context.Context, conn *websocket.Conn, every time.Duration) {
	for {
		time.Sleep(every)
		ping, cancel := context.WithTimeout(ctx, pingPatience)
		err := conn.Ping(ping)
		cancel()
		if err != nil {
			conn.CloseNow()
			return
		}
	}
}

// watch shows what runs just now: one line of a profile per frame.
func (c *center) watch(w http.ResponseWriter, r *http.Request) error {
	p, err := c.Guard.Admit(r, auth.Read)
	if err != nil {
		return err
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return nil // an answer has been sent
	}
	defer conn.CloseNow()
	one := &watcher{sees: p.Sees, lines: make(chan string, mostLines), conn: conn}
	if !c.watchers.add(one) {
		_ = conn.Close(websocket.StatusTryAgainLater, "too many watch")
		return nil
	}
	defer c.watchers.remove(one)
	ctx := conn.CloseRead(context.WithoutCancel(r.Context()))
	go pings(ctx, conn, c.Ping)
	for {
		select {
		case <-ctx.Done():
			return nil
		case line := <-one.lines:
			writing, cancel := context.WithTimeout(ctx, c.Limit)
			err := conn.Write(writing, websocket.MessageText, []byte(line))
			cancel()
			if err != nil {
				return nil
			}
		}
	}
}
