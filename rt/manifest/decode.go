package manifest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// DecodePackage decodes the output of AppendPackage and computes the stable
// ids. The strings in the result share s's memory. If s is not exactly one
// blob, the error wraps ErrDamaged; for a blob of another version it is a
// *VersionError.
func DecodePackage(s string) (Package, error) {
	body, err := open(s, kindPackage)
	if err != nil {
		return Package{}, fmt.Errorf("decoding package manifest: %w", err)
	}
	p, err := decodePackage(body)
	if err != nil {
		return Package{}, fmt.Errorf("decoding package manifest: %w: %w", ErrDamaged, err)
	}
	return p, nil
}

// DecodeMain decodes the output of AppendMain. Its errors are those of
// DecodePackage.
func DecodeMain(s string) (Main, error) {
	body, err := open(s, kindMain)
	if err != nil {
		return Main{}, fmt.Errorf("decoding main manifest: %w", err)
	}
	m, err := decodeMain(body)
	if err != nil {
		return Main{}, fmt.Errorf("decoding main manifest: %w: %w", ErrDamaged, err)
	}
	return m, nil
}

func decodePackage(body string) (Package, error) {
	c := cursor{rest: body}
	p := Package{Path: c.str()}
	p.Module, p.Version, _ = strings.Cut(c.str(), "@")
	files := c.table()
	funcs := c.table()
	decls := c.words()
	n := c.count(3) // a point takes at least three bytes
	if n > maxPoints {
		return Package{}, fmt.Errorf("%d points, more than a package can have", n)
	}
	if n > 0 {
		p.Points = make([]Point, 0, n)
		c.chunk = n
	}
	var prev record
	for range n {
		pt, cur := decodePoint(&c, prev)
		if c.err != nil {
			return Package{}, c.err
		}
		if uint(cur.file) >= uint(len(files)) || uint(cur.fn) >= uint(len(funcs)) || uint(cur.decl) >= uint(len(decls)) {
			return Package{}, fmt.Errorf("point %d names file %d of %d, function %d of %d and declaration %d of %d",
				len(p.Points), cur.file, len(files), cur.fn, len(funcs), cur.decl, len(decls))
		}
		pt.File, pt.Func, pt.Decl = files[cur.file], funcs[cur.fn], decls[cur.decl]
		p.Points = append(p.Points, pt)
		prev = cur
	}
	if err := c.end(); err != nil {
		return Package{}, err
	}
	if n := len(p.Points); n > 0 && p.Points[n-1].Shared {
		return Package{}, errors.New("the last point shares the counter of the next one")
	}
	setStableIDs(&p)
	return p, nil
}

func decodePoint(c *cursor, prev record) (Point, record) {
	var pt Point
	cur := prev
	head := c.byte()
	switch code := int(head & kindMask); {
	case code < len(pointKinds):
		pt.Kind = pointKinds[code]
	case code == kindShared:
		pt.Kind, pt.Shared = "func", true
	case code == kindOther:
		pt.Kind = c.str()
	default:
		c.fail(errors.New("unknown kind of point"))
	}
	if head&flagPlace != 0 {
		cur.file = c.step(prev.file)
		cur.fn = c.step(prev.fn)
		cur.decl = c.step(prev.decl)
	}
	cur.ordinal = c.step(prev.ordinal)
	pt.Ordinal = cur.ordinal
	cur.line = c.step(prev.line)
	pt.Line, pt.EndLine = cur.line, cur.line
	if head&flagExtent != 0 {
		pt.EndLine = c.step(pt.Line)
	}
	if head&flagLines != 0 {
		pt.Lines = decodeLines(c, pt.Line)
	} else {
		pt.Lines = c.ranges(1)
		pt.Lines[0] = [2]int{pt.Line, pt.EndLine}
	}
	if head&flagDirective != 0 {
		pt.Directive = c.str()
	}
	return pt, cur
}

func decodeLines(c *cursor, from int) [][2]int {
	n := c.count(2)
	if n == 0 {
		return nil
	}
	lines := c.ranges(n)
	last := from
	for i := range lines {
		lines[i][0] = c.step(last)
		lines[i][1] = c.step(lines[i][0])
		last = lines[i][1]
	}
	return lines
}

func decodeMain(body string) (Main, error) {
	c := cursor{rest: body}
	var m Main
	for _, field := range m.fields() {
		*field = c.str()
	}
	for range c.count(2) {
		component := Component{Name: c.str()}
		for range c.count(1) {
			component.Patterns = append(component.Patterns, c.str())
		}
		m.Components = append(m.Components, component)
	}
	if err := c.end(); err != nil {
		return Main{}, err
	}
	return m, nil
}

// cursor reads a body from front to back. After the first mistake it returns
// zero values and keeps the error.
type cursor struct {
	rest  string
	err   error
	spare [][2]int // room for ranges
	chunk int      // how many ranges to allocate at once; one for each point is typical
}

// ranges returns room for n line ranges. The points of a package share it,
// which saves an allocation for each point.
func (c *cursor) ranges(n int) [][2]int {
	const largest = 1024
	if len(c.spare) < n {
		c.spare = make([][2]int, max(n, min(c.chunk, largest)))
	}
	r := c.spare[:n:n]
	c.spare = c.spare[n:]
	return r
}

var errShort = errors.New("the bytes end early")

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.rest = ""
}

func (c *cursor) end() error {
	if c.err == nil && c.rest != "" {
		return fmt.Errorf("%d bytes too many", len(c.rest))
	}
	return c.err
}

func (c *cursor) byte() byte {
	if c.rest == "" {
		c.fail(errShort)
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b
}

func (c *cursor) uvarint() uint64 {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b := c.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	c.fail(errors.New("a number is too long"))
	return 0
}

// step reads a signed difference and adds it to from.
func (c *cursor) step(from int) int {
	u := c.uvarint()
	delta := int64(u >> 1)
	if u&1 != 0 {
		delta = ^delta
	}
	sum := int64(from) + delta
	if int64(int(sum)) != sum {
		c.fail(errors.New("a number is too large"))
		return 0
	}
	return int(sum)
}

// count reads the number of items that follow. Each item takes at least size
// bytes of input, so a hostile count cannot ask for more memory than a small
// multiple of the input.
func (c *cursor) count(size int) int {
	n := c.uvarint()
	if n > uint64(len(c.rest)/size) {
		c.fail(errShort)
		return 0
	}
	return int(n)
}

func (c *cursor) str() string {
	n := c.count(1)
	s := c.rest[:n]
	c.rest = c.rest[n:]
	return s
}

// table reads strings. It allocates as it reads, because a string can take a
// single byte of input and takes sixteen in memory.
func (c *cursor) table() []string {
	n := c.count(1)
	table := make([]string, 0, min(n, 1024))
	for range n {
		if c.err != nil {
			return nil
		}
		table = append(table, c.str())
	}
	return table
}

// words reads a table of 64-bit numbers.
func (c *cursor) words() []uint64 {
	table := make([]uint64, 0, c.count(8))
	for range cap(table) {
		table = append(table, binary.LittleEndian.Uint64([]byte(c.rest[:8])))
		c.rest = c.rest[8:]
	}
	return table
}
