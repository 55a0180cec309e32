package rt

import (
	"io"
	"unicode/utf8"

	"github.com/goat-trace/goat/rt/manifest"
)

// DocumentFormat is the version of WriteManifest's document.
const DocumentFormat = 1

// Generation is that of the report's ids, see Hits.
func (r *Report) Generation() int { return r.catalog.generation }

// Total is the number of the program's points.
func (r *Report) Total() int { return r.catalog.total }

// WriteManifest writes the document that describes the points of this build to a
// hub (docs/hub-protocol.md, The manifest): canonically, so that all processes of
// the build write the same bytes. The errors are WriteTrack's.
func (r *Report) WriteManifest(w io.Writer) error {
	p := r.newPage(w)
	p.buf = appendIntMember(p.buf, `{"format":`, DocumentFormat)
	b, m := r.catalog.build, r.catalog.main
	for _, member := range []struct{ name, value string }{
		{`,"main":`, b.Package}, {`,"app":`, b.App}, {`,"goat":`, b.Goat}, {`,"base":`, b.Base}, {`,"baseCommit":`, b.BaseCommit},
		{`,"baseMode":`, m.BaseMode}, {`,"source":`, b.Source}, {`,"granularity":`, b.Granularity}, {`,"dataType":`, b.DataType},
	} {
		p.buf = appendCanonicalMember(p.buf, member.name, member.value)
	}
	p.buf = appendNamedComponents(p.buf, m.Components)
	p.buf = append(p.buf, `,"packages":[`...)
	for i, pkg := range r.catalog.packages {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.buf = AppendCanonicalString(append(p.buf, `{"path":`...), pkg.path)
		p.buf = appendCanonicalMember(p.buf, `,"module":`, pkg.Module)
		p.buf = appendCanonicalMember(p.buf, `,"moduleVersion":`, pkg.Version)
		p.buf = append(p.buf, `,"points":[`...)
		for j := range pkg.Points {
			if !p.goOn() {
				return p.err
			}
			if j > 0 {
				p.buf = append(p.buf, ',')
			}
			p.buf = appendDocumentPoint(p.buf, &pkg.Points[j])
			p.flushIfFull()
		}
		p.buf = append(p.buf, "]}"...)
	}
	p.buf = append(p.buf, "]}"...)
	p.flush()
	return p.err
}

func appendNamedComponents(b []byte, components []manifest.Component) []byte {
	for i, c := range components {
		if b = append(b, ','); i == 0 {
			b = append(b, `"components":[`...)
		}
		b = AppendCanonicalString(append(b, `{"name":`...), c.Name)
		b = append(b, `,"patterns":[`...)
		for j, pattern := range c.Patterns {
			if j > 0 {
				b = append(b, ',')
			}
			b = AppendCanonicalString(b, pattern)
		}
		b = append(b, "]}"...)
	}
	if len(components) > 0 {
		b = append(b, ']')
	}
	return b
}

func appendDocumentPoint(b []byte, pt *manifest.Point) []byte {
	b = AppendCanonicalString(append(b, `{"stableId":`...), pt.StableID)
	b = appendCanonicalMember(b, `,"file":`, pt.File)
	b = appendCanonicalMember(b, `,"func":`, pt.Func)
	b = AppendCanonicalString(append(b, `,"kind":`...), pt.Kind)
	b = appendIntMember(b, `,"line":`, pt.Line)
	b = appendIntMember(b, `,"endLine":`, pt.EndLine)
	b = append(b, `,"lines":[`...)
	for i, lines := range pt.Lines {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendIntMember(b, "[", lines[0])
		b = appendIntMember(b, ",", lines[1])
		b = append(b, ']')
	}
	b = append(b, ']')
	b = appendCanonicalMember(b, `,"directive":`, pt.Directive)
	return append(b, '}')
}

// appendCanonicalMember leaves an empty value out.
func appendCanonicalMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return AppendCanonicalString(append(b, name...), value)
}

// AppendCanonicalString appends s as shortly as JSON allows; invalid UTF-8 becomes
// U+FFFD. Pages for browsers take AppendJSONString.
func AppendCanonicalString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s { // RuneError for what is no UTF-8
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r < ' ':
			dst = appendUnicodeEscape(dst, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
