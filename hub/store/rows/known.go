package rows

import "github.com/goat-trace/goat/hub/fleet"

// known is what the writer remembers of rows to avoid queries. Only the
// writer's goroutine uses it, and it can be dropped at any time. It stays true
// while other processes write: rows of services, releases and builds do not
// change, statements for hits compare with what is stored, and each batch
// checks a row that counts removals.
type known struct {
	rows   map[string]bool   // ids of services, releases and builds, digests of manifests
	builds map[string]*build // by id

	removals int64
}

// build is a build as far as the writer knows it.
type build struct {
	points       int
	manifest     string
	manifestHere bool
	first        []int64      // by point, when it first ran; 0 if not known
	lastDay      []int32      // by point
	fresh        fleet.Bitmap // not yet in the build's union
}

// Beyond these numbers the writer forgets everything.
const (
	maxKnownRows   = 200_000
	maxKnownBuilds = 1_000
)

func newKnown() *known {
	return &known{rows: map[string]bool{}, builds: map[string]*build{}}
}

func (k *known) forget() {
	*k = known{rows: map[string]bool{}, builds: map[string]*build{}, removals: k.removals}
}

func (k *known) bound() {
	if len(k.rows) > maxKnownRows || len(k.builds) > maxKnownBuilds {
		k.forget()
	}
}
