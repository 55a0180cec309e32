package review

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/hub/reports"
)

// Reviews makes the reviews of releases. It is safe for concurrent use.
type Reviews struct {
	maker
	log  *slog.Logger
	seed maphash.Seed

	mu    sync.Mutex
	cache map[string]*entry // by release
	watches
}

// Options are what Reviews need. Fleet and Judge are required.
type Options struct {
	Fleet        *fleet.Fleet
	Judge        *judge.Judge
	Repositories *reports.Repositories // nil for none
	Log          *slog.Logger
}

// New returns Reviews on a fleet. Close ends what they do in the background.
func New(o Options) *Reviews {
	if o.Repositories == nil {
		o.Repositories = &reports.Repositories{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Reviews{maker: maker{o.Fleet, o.Judge, newLibrary(o.Repositories, o.Log)}, log: o.Log, seed: maphash.MakeSeed(), cache: map[string]*entry{}, watches: newWatches()}
}

// Close ends what runs in the background. Nothing may be asked after it.
func (r *Reviews) Close() {
	r.EndWatches()
	r.facts.close()
}

// EndWatches ends the channels of Watch, so that their readers go away.
func (r *Reviews) EndWatches() { r.watches.close() }

// entry is the place of a release's last review.
type entry struct {
	making sync.Mutex // held while a review is made
	review atomic.Pointer[Review]
	used   time.Time
}

// mostReviews is how many reviews are kept. That of a release with 20,000 points
// and 200 instances takes about 20 MB.
const mostReviews = 24

// A review that took longer than patient to make is shown again, although
// something has run since, for shownFor times as long as it took, but not longer
// than mostShown.
const (
	patient   = 25 * time.Millisecond
	shownFor  = 20
	rest      = 4 // times as long as it took, until it is made again
	mostShown = 10 * time.Second
)

// Get returns the review of a release. If it takes long to make, it may be some
// seconds old: then Stale says that something has run since.
func (r *Reviews) Get(ctx context.Context, release string) (*Review, error) {
	key, err := r.key(ctx, release)
	if err != nil {
		return nil, err
	}
	e := r.entry(release)
	known := e.review.Load()
	switch {
	case known != nil && known.key == key && !known.isUnfinished():
	case known != nil && known.isYoung():
		if time.Since(known.Made) > rest*known.took && e.making.TryLock() {
			go func() {
				defer e.making.Unlock()
				r.remake(context.WithoutCancel(ctx), e, release, key)
			}()
		}
		stale := *known
		stale.Stale = true
		known = &stale
	default:
		e.making.Lock()
		defer e.making.Unlock()
		if known = e.review.Load(); known == nil || known.key != key || known.isUnfinished() {
			if known, err = r.make(ctx, release, key); err != nil {
				return nil, err
			}
			e.review.Store(known)
		}
	}
	return r.withFacts(ctx, e, known), nil
}

// remake makes a review for the readers that come next.
func (r *Reviews) remake(ctx context.Context, e *entry, release string, key uint64) {
	made, err := r.make(ctx, release, key)
	if err != nil {
		r.log.Warn("making a review failed", "release", release, "error", err)
		return
	}
	e.review.Store(made)
}

// isUnfinished reports whether a review was made before its source had been read, and
// it is time to look again.
func (v *Review) isUnfinished() bool {
	return v.Judged != nil && v.Judged.Reading && time.Since(v.Made) > time.Second
}

// isYoung reports whether a review may be shown although something has run since.
func (v *Review) isYoung() bool {
	return v.took > patient && time.Since(v.Made) < min(shownFor*v.took, mostShown)
}

// entry returns the place of a release's review. It drops the review that was not
// looked at for the longest time if there are too many.
func (r *Reviews) entry(release string) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.cache[release]
	if e == nil {
		e = &entry{}
		r.cache[release] = e
	}
	e.used = time.Now()
	for len(r.cache) > mostReviews {
		oldest := ""
		for id, other := range r.cache {
			if oldest == "" || other.used.Before(r.cache[oldest].used) {
				oldest = id
			}
		}
		delete(r.cache, oldest)
	}
	return e
}

// key changes when anything changes that a review shows: what ran, where, the state
// of each instance, excuses, what tests ran, and the day.
func (r *Reviews) key(ctx context.Context, release string) (uint64, error) {
	v, err := r.fleet.Release(ctx, release)
	if err != nil {
		return 0, err
	}
	excuses, _, err := r.fleet.Excuses(ctx, v.ServiceID)
	if err != nil {
		return 0, err
	}
	tests, err := r.fleet.Tests(ctx, &v.Release)
	if err != nil {
		return 0, err
	}
	now, err := r.fleet.Now(ctx)
	if err != nil {
		return 0, err
	}
	builds, err := r.fleet.Builds(ctx, release)
	if err != nil {
		return 0, err
	}
	instances, err := r.fleet.Instances(ctx, release)
	if err != nil {
		return 0, err
	}
	var h maphash.Hash
	h.SetSeed(r.seed)
	add := func(texts ...string) {
		for _, text := range texts {
			_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(text))))
			_, _ = h.WriteString(text)
		}
	}
	add(now.UTC().Format(time.DateOnly))
	for _, id := range slices.Sorted(maps.Keys(excuses)) {
		add(id, excuses[id].At.String(), excuses[id].Until.String())
	}
	for i := range tests {
		add(tests[i].ID)
	}
	for i := range builds {
		b := &builds[i]
		add(b.ID, b.Manifest, string(b.Covered))
		if b.Manifest != "" {
			if _, err := r.fleet.Manifest(ctx, b.Manifest); err != nil {
				add("waiting")
			}
		}
	}
	for i := range instances {
		add(instances[i].ID, string(instances[i].State), string(instances[i].Covered))
	}
	return h.Sum64(), nil
}

// withFacts adds what git knows, as far as it has been read.
func (r *Reviews) withFacts(ctx context.Context, e *entry, v *Review) *Review {
	if v.wanted.commit == "" {
		return v
	}
	facts, reading := r.facts.get(ctx, v.wanted)
	if facts == nil {
		shown := *v
		shown.Reading = reading
		return &shown
	}
	if v.facts == facts {
		return v
	}
	decorated := v.decorate(facts)
	if !v.Stale {
		e.review.CompareAndSwap(v, decorated)
	}
	return decorated
}
