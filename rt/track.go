package rt

import (
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/goat-trace/goat/rt/manifest"
)

// WriteTrack writes the page /track, which is GOAT's JSON with additional
// fields:
//
//	{"format", "name", "version",
//	 "build": {"package", "commit", "modified", "base", "baseCommit", "source",
//	   "granularity", "dataType", "goat"}, "process": {"host", "pid", "started"},
//	 "results": [{"id", "name", "metrics":
//	  {"version", "total", "covered", "coveredRate", "items":
//	    [{"id", "name", "count", "stableId", "package", "file", "line", "endLine",
//	      "lines", "func", "kind", "firstHit"}]}}]}
//
// format is manifest.TrackFormat and version the application's version.
// coveredRate is a percentage, rounded down; 100 without points. Items are the
// points that match the query, in its order; total, covered and coveredRate do
// not depend on the query. firstHit is RFC 3339 in UTC, or null if the point
// was not hit or the time is not known; started has the same form. An item has
// "first", what rt/trace knows of the first hit (docs/tracing.md), and
// "directive", "file:line", if the user's own //line directives name another
// place, and "module" and "moduleVersion" if its file belongs to a required
// module.
//
// The text is written to w in pieces, so a page of 100,000 points needs no more
// memory than one of 100. An error of w or of Paced's function ends the work
// and is returned.
func (r *Report) WriteTrack(w io.Writer, q Query) error {
	p := r.newPage(w)
	p.buf = appendIntMember(p.buf, `{"format":`, manifest.TrackFormat)
	p.buf = appendStringMember(p.buf, `,"name":`, r.catalog.build.App)
	p.buf = appendStringMember(p.buf, `,"version":`, r.catalog.build.Version)
	p.buf = appendBuild(p.buf, r.catalog.build)
	p.buf = appendProcess(p.buf, r.catalog.process)
	p.buf = append(p.buf, `,"results":[`...)
	for i, c := range r.selected(q) {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		if r.writeComponent(p, c, q); p.err != nil {
			return p.err
		}
	}
	p.buf = append(p.buf, "]}\n"...)
	p.flush()
	return p.err
}

// Digest identifies the state of the page for q. It changes with the counts,
// the times of first hits and the ids, and differs between programs, versions
// and processes.
func (r *Report) Digest(q Query) string {
	h := hashString(fnvOffset, r.catalog.build.App)
	h = hashString(h, r.catalog.build.Version)
	h = hashString(h, r.catalog.build.Commit)
	h = hashWord(h, uint64(r.catalog.process.started))
	for _, c := range r.selected(q) {
		h = hashString(hashWord(h, uint64(c.id)), c.name)
		h = hashString(h, r.component(c).Version)
		for _, p := range c.packages {
			h = hashWord(h, uint64(p.base))
		}
		h = hashWord(h, r.firstDigest(c))
	}
	return hex64(h)
}

func (r *Report) writeComponent(p *page, c *component, q Query) {
	sum := r.component(c)
	p.buf = appendIntMember(p.buf, `{"id":`, sum.ID)
	p.buf = appendStringMember(p.buf, `,"name":`, sum.Name)
	p.buf = appendStringMember(p.buf, `,"metrics":{"version":`, sum.Version)
	p.buf = appendIntMember(p.buf, `,"total":`, sum.Total)
	p.buf = appendIntMember(p.buf, `,"covered":`, sum.Covered)
	p.buf = appendIntMember(p.buf, `,"coveredRate":`, sum.Percent())
	p.buf = append(p.buf, `,"items":[`...)
	for i, id := range r.items(p, c, q) {
		if !p.goOn() {
			return
		}
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.buf = r.appendItem(p.buf, int(id))
		p.flushIfFull()
	}
	p.buf = append(p.buf, `]}}`...)
}

// items returns the ids of the component's points that match the query, in its
// order. Points with equal counts stay in the order of their ids. It returns
// nil if the page has an error.
func (r *Report) items(p *page, c *component, q Query) []uint32 {
	filters := newSelection(q)
	var ids []uint32
	for _, pkg := range c.packages {
		for i := range pkg.Points {
			if !p.goOn() {
				return nil
			}
			if filters.lets(pkg, i, r.counts[pkg.base+i]) {
				ids = append(ids, uint32(pkg.base+i+1))
			}
		}
	}
	switch q.Order {
	case CountAscending:
		return sortByCount(p, ids, func(id uint32) uint64 { return r.counts[id-1] })
	case CountDescending:
		return sortByCount(p, ids, func(id uint32) uint64 { return ^r.counts[id-1] })
	case IDDescending:
		slices.Reverse(ids)
	}
	return ids
}

// sortByCount is a stable radix sort by key, from the lowest byte on, so its
// time grows linearly with the number of ids. It skips bytes in which all keys
// are equal: with counts of 0 and 1 it is one pass.
func sortByCount(p *page, ids []uint32, key func(id uint32) uint64) []uint32 {
	all, some := ^uint64(0), uint64(0)
	for _, id := range ids {
		all &= key(id)
		some |= key(id)
	}
	differ := some &^ all
	var other []uint32
	for shift := 0; shift < 64; shift += 8 {
		if differ>>shift&0xff == 0 {
			continue
		}
		if p.pause(); p.err != nil {
			return nil
		}
		var next [256]int // where the next id with this byte goes
		for _, id := range ids {
			next[key(id)>>shift&0xff]++
		}
		place := 0
		for i, n := range next {
			next[i], place = place, place+n
		}
		if other == nil {
			other = make([]uint32, len(ids))
		}
		for _, id := range ids {
			b := key(id) >> shift & 0xff
			other[next[b]] = id
			next[b]++
		}
		ids, other = other, ids
	}
	return ids
}

func (r *Report) appendItem(b []byte, id int) []byte {
	p, i := r.catalog.locate(id)
	pt := &p.Points[i]
	b = appendIntMember(b, `{"id":`, id)
	b = appendIntMember(b, `,"name":"TRACK_ID_`, id)
	b = append(b, `","count":`...)
	b = strconv.AppendUint(b, r.counts[id-1], 10)
	b = appendStringMember(b, `,"stableId":`, pt.StableID)
	b = appendStringMember(b, `,"package":`, p.path)
	if p.Version != "" {
		b = appendStringMember(b, `,"module":`, p.Module)
		b = appendStringMember(b, `,"moduleVersion":`, p.Version)
	}
	b = appendStringMember(b, `,"file":`, pt.File)
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
	b = appendStringMember(b, `],"func":`, pt.Func)
	b = appendStringMember(b, `,"kind":`, pt.Kind)
	if pt.Directive != "" {
		b = appendStringMember(b, `,"directive":`, pt.Directive)
	}
	b = appendTimeMember(b, `,"firstHit":`, r.first[id-1])
	if f := firstHits.Load(); f != nil {
		b = (*f)(b, p.pointer(), p.counterOf(i))
	}
	return append(b, '}')
}

// firstHits appends the member first of a point; nil where nobody knows more of first
// hits than their time.
var firstHits atomic.Pointer[func(b []byte, counters unsafe.Pointer, index int) []byte]

// SetFirst has f append the member "first" to each point of /track's JSON whose first
// hit it knows more of. counters is what the package has registered, and index the
// point's number in it. rt/trace calls SetFirst.
func SetFirst(f func(b []byte, counters unsafe.Pointer, index int) []byte) { firstHits.Store(&f) }

func appendBuild(b []byte, build Build) []byte {
	b = appendStringMember(b, `,"build":{"package":`, build.Package)
	b = appendStringMember(b, `,"commit":`, build.Commit)
	b = append(b, `,"modified":`...)
	b = strconv.AppendBool(b, build.Modified)
	b = appendStringMember(b, `,"base":`, build.Base)
	b = appendStringMember(b, `,"baseCommit":`, build.BaseCommit)
	b = appendStringMember(b, `,"source":`, build.Source)
	b = appendStringMember(b, `,"granularity":`, build.Granularity)
	b = appendStringMember(b, `,"dataType":`, build.DataType)
	b = appendStringMember(b, `,"goat":`, build.Goat)
	return append(b, '}')
}

func appendProcess(b []byte, p process) []byte {
	b = appendStringMember(b, `,"process":{"host":`, p.host)
	b = appendIntMember(b, `,"pid":`, p.pid)
	b = appendTimeMember(b, `,"started":`, p.started)
	return append(b, '}')
}

// appendTimeMember appends a time as RFC 3339 in UTC, or null for 0.
func appendTimeMember(b []byte, name string, nanoseconds int64) []byte {
	b = append(b, name...)
	t := unixTime(nanoseconds)
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = t.AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// page collects text and passes it on in pieces. After an error of w or pace it
// does nothing.
type page struct {
	w     io.Writer
	buf   []byte
	err   error
	pace  func() error // see Report.Paced; may be nil
	steps int
}

// goOn is called for each point of a page. If it returns false, the work must
// end.
func (p *page) goOn() bool {
	const stretch = 64 // points, which take about a microsecond each
	if p.steps++; p.steps%stretch == 0 {
		p.pause()
	}
	return p.err == nil
}

func (p *page) pause() {
	if p.pace != nil && p.err == nil {
		p.err = p.pace()
	}
}

const pageBuffer = 32 << 10

func (r *Report) newPage(w io.Writer) *page {
	return &page{w: w, buf: make([]byte, 0, pageBuffer), pace: r.pace}
}

func (p *page) flushIfFull() {
	if len(p.buf) >= pageBuffer/2 {
		p.flush()
	}
}

func (p *page) flush() {
	if p.err == nil {
		_, p.err = p.w.Write(p.buf)
	}
	p.buf = p.buf[:0]
}
