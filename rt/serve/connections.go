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

// mostConnections is how many connections the server holds at most. Each has a
// file descriptor, which the application may need.
const mostConnections = 64

// connectionLimit is mostConnections, or a quarter of the descriptors that the
// process may have where that is less; 2 at least. Without /proc it is what it
// was.
func connectionLimit(was int) int {
	limits, err := os.ReadFile("/proc/self/limits")
	if err != nil {
		return was
	}
	return max(2, min(mostConnections, openFiles(string(limits))/4))
}

// openFiles reads "Max open files  1024  4096  files" of /proc/PID/limits, the
// limit that counts first (proc_pid_limits(5)).
func openFiles(limits string) int {
	const unknown = 4 * mostConnections
	_, line, _ := strings.Cut(limits, "\nMax open files")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return unknown
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil { // unlimited
		return unknown
	}
	return n
}

// connections is a listener that holds a limited number of connections. One
// that is not being answered, be it that nothing has come or that a client
// keeps it for later, gives way to a new one: the oldest first. So nobody can
// take them all by just opening them. Answers can be slow, too; one connection
// is kept for /metrics.
type connections struct {
	net.Listener
	budget *budget
	looked time.Time // when most was last found out; Accept's own

	mu   sync.Mutex
	most int
	open []*connection // the longest waiting first
	busy int           // those that are being answered, with something else than /metrics
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

// setMost finds out how many connections there may be. The program may set its
// limits anew, mostly when it starts.
func (c *connections) setMost() {
	if time.Since(c.looked) < time.Second {
		return
	}
	c.looked = time.Now()
	most := connectionLimit(c.most) // nobody else writes it
	c.mu.Lock()
	defer c.mu.Unlock()
	c.most = most
}

// add takes a connection in, in place of one that waits where there are too
// many; nil means that all are being answered.
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

// Close closes the connection and makes room for another one.
func (c *connection) Close() error {
	c.owner.mu.Lock()
	c.owner.remove(c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

// begin says that the connection is being answered; ok is false where all the
// others are, and this one is kept for /metrics. End says that it is not any
// more.
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
		for _, other := range o.open { // it waits from now on
			if other == c {
				o.remove(c)
				o.open = append(o.open, c)
				break
			}
		}
	}, true
}

type connectionKey struct{}

// withConnection is an http.Server's ConnContext: handlers find the connection.
func withConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, conn)
}

func connectionOf(ctx context.Context) *connection {
	c, _ := ctx.Value(connectionKey{}).(*connection)
	return c
}
