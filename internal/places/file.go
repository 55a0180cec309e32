package places

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trackpage"
	"github.com/goat-trace/goat/rt/instance"
)

// expandFile looks up a name in the file system.
func (f *finder) expandFile(ctx context.Context, name string) []place {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.complain(name, "there is no such file; name a file that a binary wrote to GOAT_DIR, or an address as host:port, such as %s:%s", terminal.Word(exampleHost(name)), f.Port)
		return nil
	case err != nil:
		f.complain(name, "reading hits: %w; name a file that you may read", bare(err))
		return nil
	case info.IsDir():
		return f.expandDir(name)
	case info.Mode().IsRegular() && !isList(head(name)):
		return []place{{name: name, file: name, binary: isBinary(head(name))}}
	}
	text, err := readFile(ctx, name)
	if err != nil {
		f.complain(name, "reading hits: %w; name a file that a binary wrote to GOAT_DIR", f.late(ctx, bare(err)))
		return nil
	}
	return f.expandText(ctx, name, text)
}

// exampleHost returns a name if it may be a host's.
func exampleHost(name string) string {
	if strings.ContainsAny(name, `/\ `) || strings.HasSuffix(name, ".json") || len(name) > 63 {
		return "127.0.0.1"
	}
	return strings.Trim(name, "[]")
}

// expandDir lists what programs wrote to a GOAT_DIR. It skips the files for a hub,
// which say the same again.
func (f *finder) expandDir(dir string) []place {
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.complain(dir, "reading the directory: %w; name one that you may read", bare(err))
		return nil
	}
	var list []place
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "goat-") && strings.HasSuffix(name, ".json") && !instance.IsSpool(name) {
			file := filepath.Join(dir, name)
			list = append(list, place{name: file, file: file})
		}
	}
	if len(list) == 0 {
		f.complain(dir, "no program has written its hits there, as goat-….json; start it with GOAT_DIR set to it and let it end")
	}
	return list
}

// expandStdin reads standard input, which can be read only once.
func (f *finder) expandStdin(ctx context.Context) []place {
	f.mu.Lock()
	again := f.stdin
	f.stdin = true
	f.mu.Unlock()
	if again || f.Stdin == nil {
		f.problems = append(f.problems, &Problem{Place: stdinName, Err: errors.New("it is given more than once, and read once"), Note: true})
		return nil
	}
	text, err := bounded.ReadAll(f.Stdin, trackpage.MaxBytes)
	if err != nil {
		f.complain(stdinName, "reading it: %w", err)
		return nil
	}
	return f.expandText(ctx, stdinName, text)
}

const stdinName = "standard input"

// expandText tells lists of addresses from pages. Several pages may follow each
// other.
func (f *finder) expandText(ctx context.Context, name string, text []byte) []place {
	var list []place
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		start := decoder.InputOffset()
		var value json.RawMessage
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) && start > 0 {
			return list
		}
		if err != nil || !isList(value) {
			return append(list, place{name: name, text: text[start:]}) // read as pages
		}
		targets, err := parseTargets(value)
		if err != nil {
			f.complain(name, "%w", err)
			return list
		}
		for _, t := range targets {
			u := &url.URL{Scheme: t.scheme, Host: t.hostPort(f.Port)}
			if u.Port() == "" || !isHostPort(u.Host) {
				f.complain(name, "%s is not an address; write host:port", terminal.Word(t.host))
				continue
			}
			list = append(list, f.resolve(ctx, t.shown(u.Host), u)...)
		}
	}
}

// readFile reads the pages of a file.
func (s *survey) readFile(ctx context.Context, p place) result {
	text := p.text
	if p.binary {
		return s.readBinary(p.file)
	}
	if p.file != "" {
		var err error
		if text, err = s.load(ctx, p.file); err != nil {
			return result{problems: []*Problem{{Place: p.name, Err: fmt.Errorf("reading hits: %w; name a file that a binary wrote to GOAT_DIR", s.late(ctx, bare(err)))}}}
		}
	}
	return s.pages(p.name, text)
}

// load reads a file in the same way as body reads an answer.
func (s *survey) load(ctx context.Context, name string) ([]byte, error) {
	if info, err := os.Stat(name); err == nil && info.Size() >= largePage {
		select {
		case s.large <- struct{}{}:
			defer func() { <-s.large }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return readFile(ctx, name)
}

// readFile reads a file until it ends or the time is over: a named pipe may never
// end, and a file server may never answer. The read then goes on in the background.
func readFile(ctx context.Context, name string) ([]byte, error) {
	type read struct {
		text []byte
		err  error
	}
	done := make(chan read, 1)
	go func() {
		text, err := bounded.ReadFile(name, trackpage.MaxBytes)
		done <- read{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// head returns the first bytes of a file, none if it cannot be read; reading the
// file will then give the error.
func head(name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	text := make([]byte, 4096)
	n, _ := io.ReadFull(f, text)
	return text[:n]
}

// bare removes the file's name from an error, because the place will be named.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
