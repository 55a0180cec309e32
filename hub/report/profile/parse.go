package profile

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"unicode"
	"unicode/utf8"

	"github.com/goat-trace/goat/internal/bounded"
)

// Limits bound what is read of bytes that somebody sent.
type Limits struct {
	Bytes  int64 // of the whole input
	Files  int   // that a profile may name
	Blocks int   // of all files together; also functions and strings of meta data
	Name   int   // bytes of a file's name
}

// DefaultLimits hold a program of five million lines: a text profile has some
// 13 bytes for each, and a block for every four.
var DefaultLimits = Limits{Bytes: 64 << 20, Files: 100_000, Blocks: 2_000_000, Name: 4096}

// Read parses a profile from a stream of at most limits.Bytes.
func Read(r io.Reader, limits Limits) (*Profile, error) {
	text, err := bounded.ReadAll(r, limits.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading a cover profile: %w", err)
	}
	return Parse(text, limits)
}

// Parse parses a profile in the text format:
//
//	mode: atomic
//	example.com/shop/cart.go:12.34,15.2 3 71
//
// It takes what `go tool cover` takes, and less: numbers are digits and
// nothing else, fit their types, and no name has control characters or is
// anything but UTF-8. A block that occurs twice is one, with the sum of
// both counts. Every error names the line.
func Parse(text []byte, limits Limits) (*Profile, error) {
	if int64(len(text)) > limits.Bytes {
		return nil, fmt.Errorf("parsing a cover profile: it holds %d bytes, at most %d are taken", len(text), limits.Bytes)
	}
	p := parser{limits: limits, rest: text}
	line, ok := p.next()
	if !ok {
		return nil, fmt.Errorf("parsing a cover profile: it is empty; a profile begins with a line like %q", modePrefix+string(Atomic))
	}
	mode, err := parseMode(line)
	if err != nil {
		return nil, err
	}
	p.builder = newBuilder(mode)
	for {
		line, ok := p.next()
		if !ok {
			break
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("parsing a cover profile: line %d, %s: %w", p.number, shown(line), err)
		}
	}
	return p.builder.profile(func(file string, first, second Block) error {
		return fmt.Errorf("parsing a cover profile: %s:%d.%d,%d.%d has %d statements in one line and %d in another: "+
			"send the profiles of different builds one by one", file, first.StartLine, first.StartCol, first.EndLine, first.EndCol, first.NumStmt, second.NumStmt)
	})
}

func parseMode(line []byte) (Mode, error) {
	name, ok := bytes.CutPrefix(line, []byte(modePrefix))
	switch mode := Mode(name); {
	case !ok:
	case mode == Set || mode == Count || mode == Atomic:
		return mode, nil
	}
	return "", fmt.Errorf("parsing a cover profile: line 1 is %s, want %q, %q or %q",
		shown(line), modePrefix+string(Set), modePrefix+string(Count), modePrefix+string(Atomic))
}

// shown quotes as much of a line as helps.
func shown(line []byte) string {
	const most = 80
	if len(line) > most {
		return fmt.Sprintf("%q…", line[:most])
	}
	return fmt.Sprintf("%q", line)
}

type parser struct {
	limits  Limits
	rest    []byte
	number  int // of the line that was read last
	blocks  int
	builder *builder
}

// next returns the next line without its end.
func (p *parser) next() (line []byte, ok bool) {
	if len(p.rest) == 0 {
		return nil, false
	}
	line, p.rest, _ = bytes.Cut(p.rest, []byte{'\n'})
	p.number++
	return bytes.TrimSuffix(line, []byte{'\r'}), true
}

// line reads NAME:LINE.COL,LINE.COL STATEMENTS COUNT, from its end: the name
// may hold anything.
func (p *parser) line(line []byte) error {
	var b Block
	f := fields{rest: line}
	b.Count = f.cut(' ', "count", MaxCount)
	b.NumStmt = uint32(f.cut(' ', "number of statements", math.MaxUint32))
	b.EndCol = uint32(f.cut('.', "last column", math.MaxInt32))
	b.EndLine = uint32(f.cut(',', "last line", math.MaxInt32))
	b.StartCol = uint32(f.cut('.', "first column", math.MaxInt32))
	b.StartLine = uint32(f.cut(':', "first line", math.MaxInt32))
	switch {
	case bytes.HasPrefix(line, []byte(modePrefix)):
		return fmt.Errorf("a second mode line: send several profiles one by one, they are merged")
	case f.err != nil:
		return f.err
	case b.StartLine == 0 || b.EndLine == 0:
		return errLineZero
	}
	return p.add(f.rest, b)
}

// add puts a block to its file.
func (p *parser) add(name []byte, b Block) error {
	if p.blocks++; p.blocks > p.limits.Blocks {
		return fmt.Errorf("more than %d blocks", p.limits.Blocks)
	}
	if !p.builder.isLast(name) {
		if err := checkName(name, p.limits); err != nil {
			return err
		}
		p.builder.open(string(name))
		if len(p.builder.files) > p.limits.Files {
			return fmt.Errorf("more than %d files", p.limits.Files)
		}
	}
	p.builder.add(b)
	return nil
}

// checkName checks what will be shown on pages and used in file names of caches.
func checkName(name []byte, limits Limits) error {
	switch {
	case len(name) == 0:
		return fmt.Errorf("no file name")
	case len(name) > limits.Name:
		return fmt.Errorf("a file name of %d bytes, at most %d are taken", len(name), limits.Name)
	case !utf8.Valid(name):
		return fmt.Errorf("a file name that is not UTF-8")
	case bytes.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("a file name with a control character")
	}
	return nil
}

// fields cuts numbers from the end of a line, up to the first that is none.
type fields struct {
	rest []byte
	err  error
}

func (f *fields) cut(separator byte, what string, most uint64) uint64 {
	if f.err != nil {
		return 0
	}
	i := bytes.LastIndexByte(f.rest, separator)
	if i < 0 {
		f.err = fmt.Errorf("no %s, want NAME:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT", what)
		return 0
	}
	n, ok := number(f.rest[i+1:], most)
	if !ok {
		f.err = fmt.Errorf("%s %s, want a number from 0 to %d", what, shown(f.rest[i+1:]), most)
	}
	f.rest = f.rest[:i]
	return n
}

// number reads decimal digits.
func number(digits []byte, most uint64) (n uint64, ok bool) {
	if len(digits) == 0 || len(digits) > 19 { // 19 digits fit a uint64
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, n <= most
}
