package fleet

import (
	"context"
	"io"
	"time"
)

// Store keeps what the fleet says. Its methods may be called at once from many
// goroutines, and by several processes on one database. A method that writes
// returns after the commit: what it acknowledged survives kill -9. Times are the
// store's clock's; ages and leases count from there. What is not there is an
// *Error of kind NotFound, an instance one of kind UnknownInstance.
type Store interface {
	// Register makes the service, release, build and instance of e where they are
	// missing and begins the instance's lease. For an instance that is there, it
	// changes nothing but the lease.
	Register(ctx context.Context, e *Enrolment) (Standing, error)

	// Push adds p's hits to the instance and to its build, and begins its lease
	// anew. Hits that are there already change nothing. An id above the build's
	// number of points is Invalid, and nothing of p is kept.
	Push(ctx context.Context, p *Push) (Standing, error)

	// AddManifest notes that the blob of a manifest is there.
	AddManifest(ctx context.Context, m ManifestRow) error
	// ForgetManifest notes that the blob is not there after all, so that agents are
	// asked for it.
	ForgetManifest(ctx context.Context, digest string) error

	// AddCovmeta notes that the blob of a build's coverage meta-data is there.
	AddCovmeta(ctx context.Context, digest string, size int64) error
	// AddCounters notes that the blob of an instance's counters is there.
	AddCounters(ctx context.Context, c Counters) error
	// Counters returns what is there of an instance's counters.
	Counters(ctx context.Context, instance string) (Counters, error)
	// CountersOf lists those of a release, also of instances that are not kept any
	// more, by instance.
	CountersOf(ctx context.Context, release string) ([]Counters, error)
	// Unmeasured lists releases that have counters or blocks which came after those of their
	// last measurement, which was longer ago than every; up to most of them.
	Unmeasured(ctx context.Context, every time.Duration, most int) ([]string, error)

	// SetBlocks notes a generation of an instance's block coverage. It is a Conflict
	// where the one before it is not the one that is there; the first has number 1.
	// Release and At are the store's to set.
	SetBlocks(ctx context.Context, row BlocksRow) error
	// BlocksOf returns what is there of an instance's block coverage.
	BlocksOf(ctx context.Context, instance string) (BlocksRow, error)
	// Blocks lists what is there of a release's, by instance. It stays when the
	// instances are removed.
	Blocks(ctx context.Context, release string) ([]BlocksRow, error)

	// AddTarget puts t into the list, behind what is there; one of that name and
	// address gets t's instance and keeps its place.
	AddTarget(ctx context.Context, t Target) error
	// Targets lists those of a name, by name and number; with "" all.
	Targets(ctx context.Context, name string) ([]Target, error)
	// RemoveTargets removes those of the instances, which have ended.
	RemoveTargets(ctx context.Context, instances []string) error

	// PullOf returns what is noted of a service's pulls.
	PullOf(ctx context.Context, service string) (PullRow, error)

	// Ask notes that somebody waits for the live goat instances of a service, and
	// returns how many. The next word of each is answered with Sync, and the one after
	// it ends the waiting. What was asked longer ago than patience is dropped.
	Ask(ctx context.Context, service string, patience time.Duration) (int, error)
	// Asked lists the instances of a service that somebody waits for; with "" those
	// of all services.
	Asked(ctx context.Context, service string) ([]string, error)

	// Services lists all services, by name.
	Services(ctx context.Context) ([]Service, error)
	// Service returns one.
	Service(ctx context.Context, id string) (Service, error)
	// ServiceOf returns the service of an instance.
	ServiceOf(ctx context.Context, instance string) (Service, error)
	// Releases lists a service's releases, the newest first; with "" those of all
	// services.
	Releases(ctx context.Context, service string) ([]Release, error)
	// Release returns one.
	Release(ctx context.Context, id string) (Release, error)
	// Builds lists a release's builds with their unions, the oldest first.
	Builds(ctx context.Context, release string) ([]Build, error)
	// Instances lists a release's instances with their bitmaps, the oldest first.
	Instances(ctx context.Context, release string) ([]Instance, error)
	// Summaries tells the releases of a service in numbers, in any order; with ""
	// those of all services.
	Summaries(ctx context.Context, service string) ([]Summary, error)
	// Silent lists live and unreachable instances whose lease has been over for
	// longer than margin, up to most of them.
	Silent(ctx context.Context, margin time.Duration, most int) ([]Instance, error)
	// FirstHits lists a build's first hits by point.
	FirstHits(ctx context.Context, build string) ([]FirstHit, error)

	// AddCover adds a row to a release's history and makes it the latest.
	AddCover(ctx context.Context, c Cover) error
	// Record is Tx.Measured, and Tx.AddCover where c is not nil, in one transaction.
	Record(ctx context.Context, release string, counted time.Time, c *Cover) error
	// Covers lists a release's history, the newest first: up to limit rows with an
	// id below before, or from the newest on where before is 0.
	Covers(ctx context.Context, release string, before int64, limit int) ([]CoverRow, error)

	// Cover returns one row of a history.
	Cover(ctx context.Context, id int64) (CoverRow, error)
	// LatestCovers lists the latest rows of a service's releases; with "" those of
	// all services.
	LatestCovers(ctx context.Context, service string) ([]CoverRow, error)

	// SetBaseline adds a baseline to a release: its Release, By and File.
	SetBaseline(ctx context.Context, b Baseline) error
	// UndoBaseline has a baseline count no more. One that does not count already is
	// NotFound.
	UndoBaseline(ctx context.Context, release string, id int64) error
	// Baselines lists a release's baselines, the newest first, undone ones too.
	Baselines(ctx context.Context, release string) ([]Baseline, error)

	// Number gives out the next number under a name, from 1; each once.
	Number(ctx context.Context, name string) (int64, error)

	// Now is the store's clock.
	Now(ctx context.Context) (time.Time, error)
}

// Tx is what a job may change in the transaction that checks that the job is
// still its own. Its methods write to the transaction; the first error ends it.
type Tx interface {
	// Judge writes a verdict, unless the instance has been heard of since.
	Judge(v Verdict) error
	// AddCover adds a row to a release's history and makes it the latest.
	AddCover(c Cover) error
	// Measured notes that a release was measured now, from counters that had come
	// by counted.
	Measured(release string, counted time.Time) error
	// Turn changes an instance's state, unless it is another one than from.
	Turn(instance string, from, to InstanceState) error
	// SetPull notes a pull in the place of the service's last one.
	SetPull(r PullRow) error
	// Sweep removes what r does not keep.
	Sweep(r Retention) (Swept, error)
}

// Cover is a result of measuring a release: a row of its history.
type Cover struct {
	Release   string
	Addresses string  // the instances it was measured from, separated by commas
	File      string  // key of the blob with the profile, "" without
	Total     float64 // percent, 0 to 100
	Digest    string  // of which blocks there are and which ran, in hexadecimal digits
}

// CoverRow is a Cover as it is kept.
type CoverRow struct {
	Cover
	ID     int64
	At     time.Time
	Latest bool
}

// Baseline is where a release's counts begin for people. It is set when they
// clear a release; nothing is erased, so it can be undone.
type Baseline struct {
	ID      int64
	Release string
	At      time.Time
	By      string // who set it
	File    string // key of the blob with the profile of what had run
	Undone  time.Time
}

// Enrolment is a checked registration as a store keeps it.
type Enrolment struct {
	Service  Service
	Release  Release
	Build    Build
	Instance Instance
	Age      time.Duration // of the process
	Lease    time.Duration
}

// Push is what an instance says has run since hit From. Ages has an age for each
// of Points, or is empty; so has Routes.
type Push struct {
	Instance string
	From     int
	Points   []int
	Ages     []time.Duration
	Routes   []string
	Again    []int // ran once more, a day or more after the first time
	End      bool  // the last push of a process that ends in good order
	Lease    time.Duration
}

// Standing is what the hub has of an instance, and what it lacks.
type Standing struct {
	Acked        int
	WantManifest bool
	WantCovmeta  bool
	Sync         bool // somebody waits for what the instance has
}

// ManifestRow is what a store notes of a manifest; its bytes are a blob.
type ManifestRow struct {
	Digest string
	Points int
	Size   int64 // in bytes, unpacked
}

// Blobs keeps large bytes under keys such as "manifests/0d5c….json.gz": slashes,
// letters, digits, dots, dashes and underscores. Put makes all of it appear at
// once and durably, or nothing; the same key may be put again. Get's error for a
// missing key is of kind NotFound.
type Blobs interface {
	Put(ctx context.Context, key string, content io.Reader) error
	Get(ctx context.Context, key string) (io.ReadCloser, error)
	Delete(ctx context.Context, key string) error
}
