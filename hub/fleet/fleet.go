package fleet

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Fleet applies the rules. All methods are safe for concurrent use.
type Fleet struct {
	store     Store
	blobs     Blobs
	files     Blobs
	keeper    Keeper
	lease     time.Duration
	heartbeat time.Duration
	log       *slog.Logger
	manifests *manifestCache
	presence  *presence
	totals    *totals
	probers   map[Agent]Prober
	pullers   map[Agent]Puller
	connected Connected
	splay     time.Duration
	refresh   func(ctx context.Context, service string, after time.Duration) error
	asked     *recent // services for which a refresh was requested
	blocks    *locks  // of instances whose blocks are being written
}

// Options configure a Fleet. Store and Blobs are required.
type Options struct {
	Store     Store
	Blobs     Blobs
	Files     Blobs         // for profiles and reports of histories; nil means Blobs
	Lease     time.Duration // how long an instance may be silent; default 5 min
	Heartbeat time.Duration // how often an instance should report; default a tenth of Lease
	Log       *slog.Logger
	Probers   map[Agent]Prober // for agents that the hub can connect to
	Pullers   map[Agent]Puller // for agents that the hub can connect to
	// Schedule schedules a call of Refresh for a service; hub/jobs provides it.
	// It may be nil.
	Schedule func(ctx context.Context, service string, after time.Duration) error
	// Splay is the time over which pulls of new instances are spread; 30 s.
	Splay time.Duration
}

// defaultLease is the lease that agents get by default.
const defaultLease = 5 * time.Minute

// New returns a fleet on a store.
func New(o Options) *Fleet {
	lease := cmp.Or(o.Lease, defaultLease)
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	files := o.Files
	if files == nil {
		files = o.Blobs
	}
	return &Fleet{
		store: o.Store, blobs: o.Blobs, files: files,
		lease: lease, heartbeat: cmp.Or(o.Heartbeat, lease/10),
		log: log, manifests: newManifestCache(), presence: newPresence(), totals: newTotals(), probers: o.Probers,
		pullers: o.Pullers, refresh: o.Schedule, splay: cmp.Or(o.Splay, 30*time.Second), asked: newRecent(), blocks: newLocks(),
	}
}

// SetConnected sets what is called when somebody waits for instances. It must be
// called before LookForAsks.
func (f *Fleet) SetConnected(c Connected) { f.connected = c }

// Lease returns how long an instance may be silent.
func (f *Fleet) Lease() time.Duration { return f.lease }

// Answer is the hub's answer to an instance.
type Answer struct {
	Standing
	Instance string
	Lease    time.Duration
	Next     time.Duration // when to report again
}

func (f *Fleet) answer(instance string, s Standing) Answer {
	return Answer{Standing: s, Instance: instance, Lease: f.lease, Next: f.next()}
}

// next returns when an instance should report again: the heartbeat, less a
// random part of up to a third, so that instances do not stay synchronised.
func (f *Fleet) next() time.Duration {
	return f.heartbeat - rand.N(f.heartbeat/3+1) //nolint:gosec // spreads load, no secret
}
