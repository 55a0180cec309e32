package serve

import (
	"context"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// mostConnections is how many connections the server holds at most. Each takes
// a file descriptor, which the application may need.
const mostConnections = 64

// connectionLimit returns mostConnections or, if that is less, a quarter of the
// file descriptors that the process may have, but at least 2. Without /proc it
// returns was.
func connectionLimit(was int) int {
	limits, err := os.ReadFile("/proc/self/limits")
	if err != nil {
		return was
	}
	return max(2, min(mostConnections, openFiles(string(limits))/4))
}

// openFiles reads the soft limit from the line "Max open files  1024  4096
// files" of /proc/PID/limits (proc_pid_limits(5)).
func openFiles(limits string) int {
	const unknown = 4 * mostConnections
	_, line, _ := strings.Cut(limits, "\nMax open files")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return unknown
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil { // "unlimited"
		return unknown
	}
	return n
}

// connections is a listener with a limited number of connections. At the limit,
// a new connection replaces the oldest one that is not being answered, because
// no request came or the client keeps it for later. So nobody can take them all
// just by opening them. Since answers may be slow, too, one connection is
// reserved for /metrics.
type connections struct {
	net.Listener
	budget *budget
	looked time.Time // when most was last computed; only Accept uses it

	mu   sync.Mutex
	most int
	open []*connection // the one that has waited longest first
	busy int           // number of those that are being answered, except for /metrics
}

type connection struct {
	net.Conn
	owner *connections
	busy  bool // guarded by owner.mu
}

// Accept returns the next connection. Its errors are those of the listener.
func (c *connections) Accept() (net.Conn, error) {
	for {
		c.budget.slowDown()
		c.setMost()
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c.budget.use(perConnection, false)
		if mine := c.add(conn); mine != nil {
			return mine, nil
		}
		_ = conn.Close()
	}
}

// setMost computes how many connections are allowed. The program may change its
// limits, mostly when it starts.
func (c *connections) setMost() {
	if time.Since(c.looked) < time.Second {
		return
	}
	c.looked = time.Now()
	most := connectionLimit(c.most) // only this goroutine writes it
	c.mu.Lock()
	defer c.mu.Unlock()
	c.most = most
}

// add adds a connection, and closes one that waits if there are too many. It
// returns nil if all are being answered.
func (c *connections) add(conn net.Conn) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.open) >= c.most {
		waiting := c.firstWaiting()
		if waiting == nil {
			return nil
		}
		c.remove(waiting)
		_ = waiting.Conn.Close()
	}
	mine := &connection{Conn: conn, owner: c}
	c.open = append(c.open, mine)
	return mine
}

func (c *connections) firstWaiting() *connection {
	for _, conn := range c.open {
		if !conn.busy {
			return conn
		}
	}
	return nil
}

func (c *connections) remove(conn *connection) {
	for i, other := range c.open {
		if other == conn {
			c.open = append(c.open[:i], c.open[i+1:]...)
			return
		}
	}
}

// Close closes the connection and makes room for another.
func (c *connection) Close() error {
	c.owner.mu.Lock()
	c.owner.remove(c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

// begin says that the connection is being answered, and end that it no longer
// is. ok is false if all others are being answered, and this one is reserved
// for /metrics.
func (c *connection) begin(metrics bool) (end func(), ok bool) {
	o := c.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	if !metrics && o.busy >= o.most-1 {
		return nil, false
	}
	c.busy = true
	if !metrics {
		o.busy++
	}
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		c.busy = false
		if !metrics {
			o.busy--
		}
		for _, other := range o.open { // from now on it waits
			if other == c {
				o.remove(c)
				o.open = append(o.open, c)
				break
			}
		}
	}, true
}

type connectionKey struct{}

// withConnection is an http.Server's ConnContext. It lets handlers find the
// connection.
func withConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, conn)
}

func connectionOf(ctx context.Context) *connection {
	c, _ := ctx.Value(connectionKey{}).(*connection)
	return c
}
