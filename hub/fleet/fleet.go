package fleet

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Fleet applies the rules. All methods may be called at once.
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
	refresh   func(ctx context.Context, service string, after time.Duration) error
	asked     *recent // services that a refresh was asked for
	blocks    *locks  // of instances whose blocks are written
}

// Options are what a Fleet is made of. Store and Blobs are required.
type Options struct {
	Store     Store
	Blobs     Blobs
	Files     Blobs         // profiles and reports of histories; Blobs where nil
	Lease     time.Duration // how long an instance may be silent; 5 min
	Heartbeat time.Duration // how often it is to come; a tenth of Lease
	Log       *slog.Logger
	Probers   map[Agent]Prober // for agents that can be dialled
	Pullers   map[Agent]Puller // likewise
	// Schedule has Refresh called for a service after a time; hub/jobs does. nil where
	// nobody does.
	Schedule func(ctx context.Context, service string, after time.Duration) error
}

// The lease that agents get unless Options say otherwise.
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
		pullers: o.Pullers, refresh: o.Schedule, asked: newRecent(), blocks: newLocks(),
	}
}

// Lease is how long an instance may be silent.
func (f *Fleet) Lease() time.Duration { return f.lease }

// Answer is what an instance is told.
type Answer struct {
	Standing
	Instance string
	Lease    time.Duration
	Next     time.Duration // when to come again
}

func (f *Fleet) answer(instance string, s Standing) Answer {
	return Answer{Standing: s, Instance: instance, Lease: f.lease, Next: f.next()}
}

// next is when an instance is to come again: the heartbeat, less a random part
// of up to a third, so that instances that met once do not come together for ever.
func (f *Fleet) next() time.Duration {
	return f.heartbeat - rand.N(f.heartbeat/3+1)
}
