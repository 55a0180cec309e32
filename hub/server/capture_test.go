package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// exchange is one call of a capture: what curl was called with, and every byte of
// what goc's center answered, line ends aside.
type exchange struct {
	curl   string // as the capture has it
	host   string
	method string
	target string
	header string // of the request, its own lines
	body   string
	head   string // of the answer
	answer string
}

// readCapture reads a file of captured calls.
func readCapture(t *testing.T, path string) []exchange {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []exchange
	for _, section := range strings.Split(string(content), "\n-----") {
		_, section, ok := strings.Cut(section, "$ curl ")
		if !ok {
			continue
		}
		curl, rest, _ := strings.Cut(section, "\n")
		e := exchange{curl: curl}
		e.parse()
		head, answer, _ := strings.Cut(rest, "\n\n")
		e.head = head
		e.answer = answer[:min(len(answer), contentLength(t, head))]
		list = append(list, e)
	}
	return list
}

var curlLine = regexp.MustCompile(`^(?:-X(\w+) )?http://([^/]*)(\S*)(?: -H (Content-Type: ?application/json))?(?: -d (.*))?$`)

// parse makes the request that curl sends.
func (e *exchange) parse() {
	m := curlLine.FindStringSubmatch(e.curl)
	e.method, e.host, e.target, e.header, e.body = m[1], m[2], m[3], m[4], m[5]
	if e.method == "" {
		e.method = "GET"
	}
	if e.body != "" {
		if e.header == "" {
			e.header = "Content-Type: application/x-www-form-urlencoded"
		}
		e.header += fmt.Sprintf("\r\nContent-Length: %d", len(e.body))
	}
}

func contentLength(t *testing.T, head string) int {
	t.Helper()
	_, text, ok := strings.Cut(head, "Content-Length: ")
	text, _, _ = strings.Cut(text, "\n")
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if !ok || err != nil {
		t.Fatalf("no length in %q", head)
	}
	return n
}

// What no two runs have the same of: times, and the token that a registration
// gives.
var (
	dates  = regexp.MustCompile(`(Date|Last-Modified): \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`)
	tokens = regexp.MustCompile(`(?m)^(\{"id":"\d+","token":)"[0-9a-f]{32}"\}$`)
)

func withoutTimes(text string) string {
	return tokens.ReplaceAllString(dates.ReplaceAllString(text, "$1: D"), `$1"T"}`)
}

// replay sends the call to the center at addr, byte by byte as curl did, and holds
// what comes back against what is wanted. names are put in the place of what the
// capture has: addresses and tokens of the same length. It returns the answer.
func (e *exchange) replay(t *testing.T, addr string, names *strings.Replacer) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	request := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n", e.method, e.target, addr)
	if e.header != "" {
		request += e.header + "\r\n"
	}
	if _, err := io.WriteString(conn, names.Replace(request)+"\r\n"+names.Replace(e.body)); err != nil {
		t.Fatal(err)
	}
	head, answer := readAnswer(t, bufio.NewReader(conn))
	want := names.Replace(e.head) + "\n\n" + names.Replace(e.answer)
	if diff := cmp.Diff(withoutTimes(want), withoutTimes(head+"\n\n"+answer)); diff != "" {
		t.Errorf("curl %s (-goc +hub):\n%s", e.curl, diff)
	}
	return answer
}

// readAnswer reads an answer byte for byte, as it came over the connection.
func readAnswer(t *testing.T, r *bufio.Reader) (head, body string) {
	t.Helper()
	var lines []string
	for {
		line, err := r.ReadString('\n')
		if err != nil || !strings.HasSuffix(line, "\r\n") {
			t.Fatalf("reading a header: got %q and %v", line, err)
		}
		if line == "\r\n" {
			break
		}
		lines = append(lines, strings.TrimSuffix(line, "\r\n"))
	}
	head = strings.Join(lines, "\n")
	content := make([]byte, contentLength(t, head+"\n"))
	if _, err := io.ReadFull(r, content); err != nil {
		t.Fatalf("reading a body after %q: %v", head, err)
	}
	return head, string(content)
}
