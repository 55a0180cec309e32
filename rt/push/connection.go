package push

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

// protocolVersion is the version that docs/hub-protocol.md describes, the only one
// so far.
const protocolVersion = 1

// connection is the one connection to the hub. It does not use http.Client, because
// its transport would add half a megabyte to each binary and goroutines to each
// process.
type connection struct {
	settings
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	conn   net.Conn // nil while there is none
	budget *io.LimitedReader
	reader *bufio.Reader
	plain  *url.URL // the proxy that is asked for http:// addresses
	buf    []byte
}

const (
	// requestTime is how long a request and its answer may take together.
	requestTime = 10 * time.Second
	// mostAnswer is how many bytes of an answer are read, header included.
	mostAnswer = 128 << 10
)

func newConnection(s settings) *connection {
	// It has its own resolver, because the application may replace
	// net.DefaultResolver.
	dialer := &net.Dialer{Resolver: new(net.Resolver), KeepAlive: -1}
	return &connection{settings: s, dial: dialer.DialContext}
}

// call is a request.
type call struct {
	method, path string
	header       string // more header lines, each with its line end
	contentType  string
	body         []byte
	deadline     time.Time // zero means requestTime from now
}

// answer is what the hub says.
type answer struct {
	status     int
	body       []byte
	protocol   string
	retryAfter time.Duration // 0 if the hub does not say
}

// send sends a request and reads its answer. If the hub has closed the connection
// in the meantime, send connects again and repeats the request: the hub accepts
// every request twice.
func (c *connection) send(r call) (answer, error) {
	if r.deadline.IsZero() {
		r.deadline = time.Now().Add(requestTime)
	}
	reused := c.conn != nil
	a, err := c.try(r)
	if err != nil && reused && time.Now().Before(r.deadline) {
		a, err = c.try(r)
	}
	return a, err
}

func (c *connection) try(r call) (a answer, err error) {
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if c.conn == nil {
		if err := c.open(r.deadline); err != nil {
			return a, err
		}
	}
	if err := c.conn.SetDeadline(r.deadline); err != nil {
		return a, err
	}
	c.appendHead(r)
	if _, err := c.conn.Write(append(c.buf, r.body...)); err != nil {
		return a, fmt.Errorf("sending to the hub: %w", err)
	}
	return c.receive(r)
}

func (c *connection) appendHead(r call) {
	target := c.hub.EscapedPath() + r.path
	if c.plain != nil {
		target = c.hub.Scheme + "://" + c.hub.Host + target
	}
	b := c.buf[:0]
	b = append(b, r.method...)
	b = append(append(append(b, ' '), target...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, c.hub.Host...), "\r\nGoat-Protocol: "...)
	b = strconv.AppendInt(b, protocolVersion, 10)
	if c.token != "" {
		b = append(append(b, "\r\nAuthorization: Bearer "...), c.token...)
	}
	if c.plain != nil {
		b = append(b, proxyAuthorization(c.plain)...)
	}
	b = append(append(b, "\r\nContent-Type: "...), r.contentType...)
	b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), int64(len(r.body)), 10)
	c.buf = append(append(append(b, "\r\n"...), r.header...), "\r\n"...)
}

// receive reads an answer. If an answer does not end, it gives up the answer and
// the connection.
func (c *connection) receive(r call) (a answer, err error) {
	c.budget.N = mostAnswer
	for range 5 { // 1xx come before the answer
		response, err := http.ReadResponse(c.reader, &http.Request{Method: r.method})
		if err != nil {
			return a, fmt.Errorf("reading the hub's answer: %w", err)
		}
		if response.StatusCode/100 == 1 {
			continue
		}
		a.status, a.protocol = response.StatusCode, response.Header.Get("Goat-Protocol")
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
			a.retryAfter = time.Duration(min(seconds, 1<<20)) * time.Second
		}
		a.body, err = io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			return a, fmt.Errorf("reading the hub's answer: %w", err)
		}
		if c.budget.N <= 0 {
			return a, errors.New("reading the hub's answer: it does not end")
		}
		if response.Close {
			c.close()
		}
		return a, nil
	}
	return a, errors.New("reading the hub's answer: it does not come")
}

func (c *connection) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn, c.reader = nil, nil
	}
}

// open connects, through a proxy if there is one, and with TLS if the address says
// so.
func (c *connection) open(deadline time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	proxy, err := c.proxy.of(c.hub)
	if err != nil {
		return err
	}
	next := c.hub
	if proxy != nil {
		next = proxy
	}
	conn, err := c.dial(ctx, "tcp", net.JoinHostPort(next.Hostname(), portOf(next)))
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	c.plain = nil
	if err := conn.SetDeadline(deadline); err == nil && proxy != nil {
		conn, err = c.through(proxy, conn)
		if err != nil {
			return err
		}
	}
	if c.hub.Scheme == "https" {
		if conn, err = c.secure(conn); err != nil {
			return err
		}
	}
	c.conn = conn
	c.budget = &io.LimitedReader{R: conn}
	c.reader = bufio.NewReader(c.budget)
	return nil
}

// through turns a connection to a proxy into one to the hub.
func (c *connection) through(proxy *url.URL, conn net.Conn) (net.Conn, error) {
	if proxy.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: proxy.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
		if err := secure.Handshake(); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("connecting to the proxy: %w", err)
		}
		conn = secure
	}
	if c.hub.Scheme == "http" {
		c.plain = proxy
		return conn, nil
	}
	host := net.JoinHostPort(c.hub.Hostname(), portOf(c.hub))
	status, err := connect(conn, "CONNECT "+host+" HTTP/1.1\r\nHost: "+host+proxyAuthorization(proxy)+"\r\n\r\n")
	if err == nil && status != http.StatusOK {
		err = errors.New("it answers " + strconv.Itoa(status))
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("connecting through the proxy: %w", err)
	}
	return conn, nil
}

// connect asks a proxy for a connection. It reads the answer's header byte by byte,
// because what follows comes from the hub.
func connect(conn net.Conn, request string) (status int, err error) {
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, err
	}
	const longest = 16 << 10
	one := bufio.NewReaderSize(&slowReader{io.LimitReader(conn, longest)}, 16)
	response, err := http.ReadResponse(one, &http.Request{Method: http.MethodConnect}) //nolint:bodyclose // an answer to CONNECT has no body of its own
	if err != nil {
		return 0, err
	}
	return response.StatusCode, nil
}

// slowReader hands out one byte at a time, so that nothing is read ahead.
type slowReader struct{ io.Reader }

func (r *slowReader) Read(b []byte) (int, error) { return r.Reader.Read(b[:min(1, len(b))]) }

func proxyAuthorization(proxy *url.URL) string {
	if proxy.User == nil {
		return ""
	}
	password, _ := proxy.User.Password()
	return "\r\nProxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password))
}

// secure starts TLS with the hub. It reads the certificates for each connection,
// because certificate files are replaced while processes run.
func (c *connection) secure(conn net.Conn) (net.Conn, error) {
	config, err := c.tls()
	if err == nil {
		secure := tls.Client(conn, config)
		if err = secure.Handshake(); err == nil {
			return secure, nil
		}
		err = fmt.Errorf("connecting with TLS: %w", err)
	}
	_ = conn.Close()
	return nil, err
}

func (c *connection) tls() (*tls.Config, error) {
	config := &tls.Config{ServerName: c.hub.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	if c.ca != "" {
		text, err := os.ReadFile(c.ca)
		if err != nil {
			return nil, fmt.Errorf("reading GOAT_HUB_CA: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("reading GOAT_HUB_CA: %s holds no certificate in PEM", c.ca)
		}
	}
	if c.cert != "" {
		pair, err := tls.LoadX509KeyPair(c.cert, c.key)
		if err != nil {
			return nil, fmt.Errorf("reading GOAT_HUB_CERT and GOAT_HUB_KEY: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// packed compresses what is written.
func packed(write func(io.Writer) error) ([]byte, error) {
	var to bytes.Buffer
	z, err := gzip.NewWriterLevel(&to, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := write(z); err != nil {
		return nil, err
	}
	err = z.Close()
	return to.Bytes(), err
}
