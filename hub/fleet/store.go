package fleet

import (
	"context"
	"io"
	"time"
)

// Store stores what the fleet reports. Its methods may be called concurrently,
// and by several processes with one database. A method that writes returns
// after the commit, so what it acknowledged survives kill -9. Times are those
// of the store's clock; ages and leases are relative to it. What does not exist
// is an *Error of kind NotFound, for an instance of kind UnknownInstance.
type Store interface {
	// Register creates the service, release, build and instance of e if they do
	// not exist, and starts the instance's lease. For an existing instance it
	// only renews the lease.
	Register(ctx context.Context, e *Enrolment) (Standing, error)

	// Push adds p's hits to the instance and its build, and renews the
	// instance's lease. Hits that are known already change nothing. If an id
	// exceeds the build's number of points, the error is Invalid and nothing of
	// p is stored.
	Push(ctx context.Context, p *Push) (Standing, error)

	// AddManifest records that the blob of a manifest exists.
	AddManifest(ctx context.Context, m ManifestRow) error
	// ForgetManifest records that the blob does not exist after all, so that
	// agents are asked for it.
	ForgetManifest(ctx context.Context, digest string) error

	// AddCovmeta records that the blob of a build's coverage meta-data exists.
	AddCovmeta(ctx context.Context, digest string, size int64) error
	// AddCounters records that the blob of an instance's counters exists.
	AddCounters(ctx context.Context, c Counters) error
	// Counters returns the record of an instance's counters.
	Counters(ctx context.Context, instance string) (Counters, error)
	// CountersOf lists the counters of a release by instance, including those
	// of instances that are no longer kept.
	CountersOf(ctx context.Context, release string) ([]Counters, error)
	// Unmeasured lists releases, up to most of them, that have counters or blocks
	// newer than those in their last measurement, if that was longer ago than every.
	Unmeasured(ctx context.Context, every time.Duration, most int) ([]string, error)

	// SetBlocks stores a generation of an instance's block coverage. The error
	// is a Conflict if the stored generation is not the one before it; the
	// first has number 1. The store sets Release and At.
	SetBlocks(ctx context.Context, row BlocksRow) error
	// BlocksOf returns the record of an instance's block coverage.
	BlocksOf(ctx context.Context, instance string) (BlocksRow, error)
	// Blocks lists the records of a release by instance. They stay when the
	// instances are removed.
	Blocks(ctx context.Context, release string) ([]BlocksRow, error)

	// AddTarget adds t at the end of the list. If a target with the same name
	// and address exists, it gets t's instance and keeps its place.
	AddTarget(ctx context.Context, t Target) error
	// Targets lists the targets with a name by name and number; "" means all.
	Targets(ctx context.Context, name string) ([]Target, error)
	// RemoveTargets removes the targets of instances that have ended.
	RemoveTargets(ctx context.Context, instances []string) error

	// AddGocAgent adds an agent without connections and returns its id. Ids grow
	// and are never used again.
	AddGocAgent(ctx context.Context, a GocAgent) (int64, error)
	// GocAgents lists all agents by id.
	GocAgents(ctx context.Context) ([]GocAgent, error)
	// SetGocStream records where a connection of an agent comes from.
	SetGocStream(ctx context.Context, id int64, s GocStream, from string) error
	// RemoveGocAgent removes an agent and ends its instance.
	RemoveGocAgent(ctx context.Context, id int64) error

	// PullOf returns the record of a service's pulls.
	PullOf(ctx context.Context, service string) (PullRow, error)

	// Ask records that somebody waits for the live instances of a service that the
	// hub cannot connect to, and returns how many there are. The next report of
	// each is answered with Sync, and the report after that ends the waiting.
	// Requests older than patience are dropped.
	Ask(ctx context.Context, service string, patience time.Duration) (int, error)
	// Asked lists the instances of a service that somebody waits for; "" means
	// all services.
	Asked(ctx context.Context, service string) ([]string, error)

	// Services lists all services by name.
	Services(ctx context.Context) ([]Service, error)
	// Service returns one service.
	Service(ctx context.Context, id string) (Service, error)
	// ServiceOf returns the service of an instance.
	ServiceOf(ctx context.Context, instance string) (Service, error)
	// Releases lists a service's releases, the newest first; "" means all
	// services.
	Releases(ctx context.Context, service string) ([]Release, error)
	// Release returns one release.
	Release(ctx context.Context, id string) (Release, error)
	// Builds lists a release's builds with the union of what ran, the oldest
	// first.
	Builds(ctx context.Context, release string) ([]Build, error)
	// Instances lists a release's instances with their bitmaps, the oldest first.
	Instances(ctx context.Context, release string) ([]Instance, error)
	// InstancesAt lists the instances of all services with an address, the one heard
	// of last first.
	InstancesAt(ctx context.Context, address string) ([]Instance, error)
	// Addresses lists those of live and unreachable instances by release, each once,
	// in order.
	Addresses(ctx context.Context) (map[string][]string, error)
	// Summaries returns the releases of a service in numbers, in any order; ""
	// means all services.
	Summaries(ctx context.Context, service string) ([]Summary, error)
	// Silent lists up to most live and unreachable instances whose lease has
	// been over for longer than margin.
	Silent(ctx context.Context, margin time.Duration, most int) ([]Instance, error)
	// FirstHits lists a build's first hits by point.
	FirstHits(ctx context.Context, build string) ([]FirstHit, error)

	// AddCover adds a row to a release's history and makes it the latest.
	AddCover(ctx context.Context, c Cover) error
	// Record does Tx.Measured, and Tx.AddCover if c is not nil, in one
	// transaction.
	Record(ctx context.Context, release string, counted time.Time, c *Cover) error
	// Covers lists a release's history, the newest first: at most limit rows
	// with an id below before, or from the newest on if before is 0.
	Covers(ctx context.Context, release string, before int64, limit int) ([]CoverRow, error)

	// Cover returns one row of a history.
	Cover(ctx context.Context, id int64) (CoverRow, error)
	// LatestCovers lists the latest rows of a service's releases; "" means all
	// services.
	LatestCovers(ctx context.Context, service string) ([]CoverRow, error)

	// SetBaseline adds a baseline to a release. Its Release, By and File must
	// be set.
	SetBaseline(ctx context.Context, b Baseline) error
	// UndoBaseline undoes a baseline. The error is NotFound if it is undone
	// already.
	UndoBaseline(ctx context.Context, release string, id int64) error
	// Baselines lists a release's baselines, the newest first, including undone
	// ones.
	Baselines(ctx context.Context, release string) ([]Baseline, error)

	// AddExcuse adds a row to the excuses of a service, and returns it with its ID and
	// At.
	AddExcuse(ctx context.Context, e Excuse) (Excuse, error)
	// Excuses lists all rows of a service, the newest first.
	Excuses(ctx context.Context, service string) ([]Excuse, error)

	// AddTests stores a test run with the ids that it ran, 8 bytes each. If there is
	// one with its ID, nothing changes. The store sets At.
	AddTests(ctx context.Context, r TestRun, ran []byte) error
	// Tests lists up to most test runs of a module: those of the commit first, then
	// the newest.
	Tests(ctx context.Context, module, commit string, most int) ([]TestRun, error)
	// TestHits returns the ids that a test run ran.
	TestHits(ctx context.Context, id string) ([]byte, error)

	// Gates lists the last verdicts on releases.
	Gates(ctx context.Context) ([]GateRow, error)

	// Number returns the next number under a name, from 1. It never returns a
	// number twice.
	Number(ctx context.Context, name string) (int64, error)

	// Now returns the time of the store's clock.
	Now(ctx context.Context) (time.Time, error)
}

// Tx is what a job may change. Its methods write in the transaction that checks
// that the job still belongs to its runner; the first error ends the
// transaction.
type Tx interface {
	// Judge writes a verdict, unless the instance has reported since.
	Judge(v Verdict) error
	// AddCover adds a row to a release's history and makes it the latest.
	AddCover(c Cover) error
	// Measured records that a release was measured now, with counters that
	// arrived by counted.
	Measured(release string, counted time.Time) error
	// Turn changes an instance's state if it is from.
	Turn(instance string, from, to InstanceState) error
	// SetPull replaces the record of the service's last pull.
	SetPull(r PullRow) error
	// SetGate writes the verdict on a release, if the release exists. Since stays if
	// the verdict does; the store sets Since and At.
	SetGate(row GateRow) error
	// Once reports whether nobody has asked for this key before. Keys are forgotten
	// when they are older than releases are kept.
	Once(key string) (bool, error)
	// Schedule schedules a job after a time.
	Schedule(kind, key, payload string, after time.Duration) error
	// Sweep removes what r does not keep.
	Sweep(r Retention) (Swept, error)
}

// Cover is one measurement of a release: a row of its history.
type Cover struct {
	Release   string
	Addresses string  // the instances that were measured, separated by commas
	File      string  // key of the blob with the profile, or ""
	Total     float64 // percent, 0 to 100
	Digest    string  // of which blocks there are and which ran, in hexadecimal digits
}

// CoverRow is a stored Cover.
type CoverRow struct {
	Cover
	ID     int64
	At     time.Time
	Latest bool
}

// Baseline is where a release's counts start for people. It is set when they
// clear a release; nothing is erased, so it can be undone.
type Baseline struct {
	ID      int64
	Release string
	At      time.Time
	By      string // who set it
	File    string // key of the blob with the profile of what had run before
	Undone  time.Time
}

// Enrolment is a checked registration as it is stored.
type Enrolment struct {
	Service  Service
	Release  Release
	Build    Build
	Instance Instance
	Age      time.Duration // of the process
	Lease    time.Duration
}

// Push is what an instance reports to have run since hit From. Ages and Routes
// have one entry for each of Points, or are empty.
type Push struct {
	Instance string
	From     int
	Points   []int
	Ages     []time.Duration
	Routes   []string
	Again    []int // points that ran again, a day or more after the first time
	End      bool  // the last push of a process that ends regularly
	Lease    time.Duration
}

// Standing is what the hub has of an instance, and what it lacks.
type Standing struct {
	Acked        int
	WantManifest bool
	WantCovmeta  bool
	Sync         bool // somebody waits for a report of the instance
}

// ManifestRow is a store's record of a manifest. Its bytes are a blob.
type ManifestRow struct {
	Digest string
	Points int
	Size   int64 // in bytes, unpacked
}

// Blobs stores large files under keys such as "manifests/0d5c….json.gz", made
// of slashes, letters, digits, dots, dashes and underscores. Put stores a file
// atomically and durably; the same key may be put again. If a key is missing,
// Get's error is of kind NotFound.
type Blobs interface {
	Put(ctx context.Context, key string, content io.Reader) error
	Get(ctx context.Context, key string) (io.ReadCloser, error)
	Delete(ctx context.Context, key string) error
}
