package gocv2

import (
	"strings"
	"testing"
)

// What is taken for an answer has an id, and its text is text.
func FuzzReply(f *testing.F) {
	for _, frame := range []string{
		`{"id":0,"result":"mode: count\nm/a.go:1.1,2.2 1 1\n","error":null}`, `{"id":1,"result":null,"error":"wrong command"}`,
		`{"id":0,"result":{},"error":null}`, `{}`, `[`, `{"id":-1}`, `{"id":1e30}`, `{"id":"0"}`, "\xff", `{"id":0,"result":"` + strings.Repeat("x", 1000) + `"}`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		r, err := parseReply(frame)
		if err != nil {
			return
		}
		if r.ID == nil {
			t.Fatal("an answer without an id was taken")
		}
		text, err := r.text()
		if err == nil && r.Error != nil {
			t.Errorf("got %q of an answer that is an error", text)
		}
		if err == nil {
			if p, err := parse([]byte(text)); err == nil {
				merge([]*moded{p, p})
			}
		}
	})
}

// A watcher gets only lines of a profile.
func FuzzWatchLine(f *testing.F) {
	for _, frame := range []string{"example.com/echo/main.go:13.37,14.11 1 1", "m/a.go:1.1,2.2 1 1\n", "m/a.go:1.1,2.2 1 1\nm/a.go:1.1,2.2 1 1", "mode: set", "", "\x1b[2J:1.1,2.2 1 1", "\r\r\n"} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		line, ok := watchLine(frame)
		if ok && (line == "" || strings.ContainsAny(line, "\n\x00\x1b") || strings.HasPrefix(line, "mode: ")) {
			t.Errorf("%q was taken for a line", frame)
		}
	})
}
