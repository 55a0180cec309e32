package manifest

import (
	"encoding/binary"
	"math"
)

// AppendPackage appends p as a self-contained blob: an envelope, tables of
// files, functions and declarations, and one record for each point. Equal
// values give equal bytes. StableID is left out, because it follows from the
// rest. A typical point takes 6 to 15 bytes.
func AppendPackage(dst []byte, p Package) []byte {
	b := appendString(nil, p.Path)
	b = appendString(b, p.module())

	files, fileIndex := tabulate(p.Points, func(pt *Point) string { return pt.File })
	funcs, funcIndex := tabulate(p.Points, func(pt *Point) string { return pt.Func })
	decls, declIndex := tabulate(p.Points, func(pt *Point) uint64 { return pt.Decl })
	b = appendTable(b, files)
	b = appendTable(b, funcs)
	b = binary.AppendUvarint(b, uint64(len(decls)))
	for _, key := range decls {
		b = binary.LittleEndian.AppendUint64(b, key)
	}

	b = binary.AppendUvarint(b, uint64(len(p.Points)))
	var prev record
	for i := range p.Points {
		pt := &p.Points[i]
		cur := record{file: fileIndex[pt.File], fn: funcIndex[pt.Func], decl: declIndex[pt.Decl], line: pt.Line, ordinal: pt.Ordinal}
		b = appendPoint(b, pt, prev, cur)
		prev = cur
	}
	return seal(dst, kindPackage, b)
}

// module joins path and version to one string, "path@version". A module path
// contains no "@" (golang.org/x/mod/module: CheckPath).
func (p Package) module() string {
	if p.Version == "" {
		return p.Module
	}
	return p.Module + "@" + p.Version
}

// AppendMain appends m as a self-contained blob.
func AppendMain(dst []byte, m Main) []byte {
	var b []byte
	for _, field := range m.fields() {
		b = appendString(b, *field)
	}
	b = binary.AppendUvarint(b, uint64(len(m.Components)))
	for _, c := range m.Components {
		b = appendString(b, c.Name)
		b = binary.AppendUvarint(b, uint64(len(c.Patterns)))
		for _, pattern := range c.Patterns {
			b = appendString(b, pattern)
		}
	}
	return seal(dst, kindMain, b)
}

// fields lists the plain fields in the order of the encoding. Add a new field
// at the end and raise the version.
func (m *Main) fields() []*string {
	return []*string{
		&m.Package, &m.App, &m.Version, &m.Base, &m.BaseCommit, &m.BaseMode, &m.Source,
		&m.Granularity, &m.DataType, &m.Serve, &m.Hits, &m.Adaptor, &m.Goat, &m.Flush,
	}
}

// record is the state that carries over from one point's encoding to the next.
type record struct {
	file, fn, decl int
	line, ordinal  int
}

// The first byte of a point: the kind's index in the low four bits (or
// kindOther if the kind follows as a string), and flags for what else follows.
const (
	kindMask      = 0x0f
	kindOther     = 0x0f
	kindShared    = 0x0e // of kind func, and Shared
	flagPlace     = 0x10 // file, function and declaration follow; otherwise they are those of the previous point
	flagExtent    = 0x20 // endLine-line follows; otherwise it is 0
	flagLines     = 0x40 // lines follow; otherwise they are {{line, endLine}}
	flagDirective = 0x80 // a directive follows
)

// pointKinds are listed in the order of their codes, which are part of the
// format.
var pointKinds = [...]string{"stmt", "then", "else", "default", "case", "loop", "func", "manual"}

func appendPoint(b []byte, pt *Point, prev, cur record) []byte {
	code := kindCode(pt.Kind)
	if pt.Shared {
		code = kindShared
	}
	head := code
	if cur.file != prev.file || cur.fn != prev.fn || cur.decl != prev.decl {
		head |= flagPlace
	}
	if pt.EndLine != pt.Line {
		head |= flagExtent
	}
	if len(pt.Lines) != 1 || pt.Lines[0] != [2]int{pt.Line, pt.EndLine} {
		head |= flagLines
	}
	if pt.Directive != "" {
		head |= flagDirective
	}

	b = append(b, head)
	if code == kindOther {
		b = appendString(b, pt.Kind)
	}
	if head&flagPlace != 0 {
		b = binary.AppendVarint(b, int64(cur.file-prev.file))
		b = binary.AppendVarint(b, int64(cur.fn-prev.fn))
		b = binary.AppendVarint(b, int64(cur.decl-prev.decl))
	}
	b = binary.AppendVarint(b, int64(cur.ordinal)-int64(prev.ordinal))
	b = binary.AppendVarint(b, int64(pt.Line)-int64(prev.line))
	if head&flagExtent != 0 {
		b = binary.AppendVarint(b, int64(pt.EndLine)-int64(pt.Line))
	}
	if head&flagLines != 0 {
		b = appendLines(b, pt.Lines, pt.Line)
	}
	if head&flagDirective != 0 {
		b = appendString(b, pt.Directive)
	}
	return b
}

func appendLines(b []byte, lines [][2]int, from int) []byte {
	b = binary.AppendUvarint(b, uint64(len(lines)))
	last := int64(from)
	for _, r := range lines {
		b = binary.AppendVarint(b, int64(r[0])-last)
		b = binary.AppendVarint(b, int64(r[1])-int64(r[0]))
		last = int64(r[1])
	}
	return b
}

func kindCode(kind string) byte {
	for i, k := range pointKinds {
		if k == kind {
			return byte(i)
		}
	}
	return kindOther
}

// tabulate lists the distinct values of the points in order of appearance, so
// that neighbouring points have neighbouring indices and their differences take
// one byte.
func tabulate[T comparable](points []Point, field func(*Point) T) (table []T, index map[T]int) {
	index = map[T]int{}
	for i := range points {
		v := field(&points[i])
		if _, ok := index[v]; !ok {
			index[v] = len(table)
			table = append(table, v)
		}
	}
	return table, index
}

func appendTable(b []byte, table []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(table)))
	for _, s := range table {
		b = appendString(b, s)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// seal puts the envelope around a body: magic, version, kind, and the body's
// length and checksum, in four little-endian bytes each; then the body.
func seal(dst []byte, kind byte, body []byte) []byte {
	if len(body) > math.MaxInt32 {
		body = nil // no compiler takes a string constant of that size; the blob decodes as damaged
	}
	m := magic()
	dst = append(dst, m[:]...)
	dst = append(dst, Version, kind)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(body)))
	dst = binary.LittleEndian.AppendUint32(dst, checksum(kind, string(body)))
	return append(dst, body...)
}
