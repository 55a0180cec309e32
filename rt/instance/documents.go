package instance

import (
	"cmp"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/goat-trace/goat/rt"
)

// State is the part of a registration that may change while the process runs.
type State struct {
	Covmeta string // the digest of Go's coverage meta-data, "" without coverage
	Address string // where the process serves /track, "" if it does not
	Short   bool   // the program is expected to end, whatever it was built for
	// Track is the name of the file with /track's JSON in the same directory as
	// this document, "" for none.
	Track string
}

// AppendRegistration appends the body of POST /api/v1/instances.
func (i *Instance) AppendRegistration(dst []byte, m Manifest, s State) []byte {
	build := m.report.Build()
	commit, dirty := i.commit, false
	if commit == "" {
		commit, dirty = cleanName(build.Commit), build.Modified
	}
	dst = appendString(dst, `{"key":`, i.Key(m.Generation))
	dst = appendString(dst, `,"labels":{"env":`, i.env)
	dst = appendString(dst, `,"region":`, i.region)
	dst = appendString(dst, `,"appType":`, i.appType)
	dst = appendString(dst, `,"app":`, cmp.Or(cleanName(build.App), "unknown"))
	dst = appendString(dst, `,"cluster":`, i.cluster)
	dst = appendString(dst, `},"branch":`, i.branch)
	dst = appendString(dst, `,"commit":`, commit)
	dst = appendBool(dst, `,"dirty":`, dirty)
	dst = appendString(dst, `,"version":`, cleanName(build.Version))
	dst = appendString(dst, `,"main":`, cleanName(build.Package))
	dst = appendString(dst, `,"manifest":`, m.Digest)
	dst = appendInt(dst, `,"points":`, int64(m.Points))
	dst = appendString(dst, `,"covmeta":`, s.Covmeta)
	dst = appendString(dst, `,"go":`, cleanName(runtime.Version()))
	dst = appendString(dst, `,"os":`, runtime.GOOS)
	dst = appendString(dst, `,"arch":`, runtime.GOARCH)
	dst = appendString(dst, `,"goat":`, cleanName(build.Goat))
	dst = appendString(dst, `,"host":`, i.hostname())
	dst = appendString(dst, `,"pod":`, i.pod)
	dst = appendInt(dst, `,"pid":`, int64(os.Getpid()))
	dst = appendString(dst, `,"address":`, cleanName(s.Address))
	dst = appendInt(dst, `,"age_ms":`, rt.Age().Milliseconds())
	dst = appendBool(dst, `,"short":`, s.Short || short(build))
	if s.Track != "" {
		dst = appendString(dst, `,"track":`, s.Track)
	}
	return append(dst, '}')
}

// short reports whether the program was built to end: it writes what ran to a file,
// or says nothing.
func short(b rt.Build) bool { return b.Serve == "file" || b.Serve == "off" }

// Push is what a push says in addition to its hits.
type Push struct {
	Again   []int     // points that have run again
	End     bool      // this is the last push
	Written time.Time // when the file was written; zero in a request
}

// AppendPush appends the body of POST /api/v1/instances/{id}/points. Without hits
// it is a heartbeat.
func AppendPush(dst []byte, h rt.Hits, p Push) []byte {
	dst = appendInt(dst, `{"from":`, int64(h.From))
	if len(h.IDs) > 0 {
		dst = appendInts(append(dst, `,"ids":`...), h.IDs)
		dst = append(dst, `,"age_ms":[`...)
		for i, age := range h.Ages {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, max(0, age.Milliseconds()), 10)
		}
		dst = append(dst, ']')
	}
	if len(p.Again) > 0 {
		dst = appendInts(append(dst, `,"again":`...), p.Again)
	}
	if p.End {
		dst = append(dst, `,"end":true`...)
	}
	if !p.Written.IsZero() {
		dst = append(dst, `,"written":"`...)
		dst = append(p.Written.UTC().AppendFormat(dst, time.RFC3339Nano), '"')
	}
	return append(dst, '}')
}

func appendInts(dst []byte, numbers []int) []byte {
	dst = append(dst, '[')
	for i, n := range numbers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return append(dst, ']')
}

// The members are written as name and value; a name holds its comma where it is
// not an object's first.

func appendString(dst []byte, name, value string) []byte {
	return rt.AppendCanonicalString(append(dst, name...), value)
}

func appendInt(dst []byte, name string, value int64) []byte {
	return strconv.AppendInt(append(dst, name...), value, 10)
}

func appendBool(dst []byte, name string, value bool) []byte {
	return strconv.AppendBool(append(dst, name...), value)
}
