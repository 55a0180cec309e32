package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/report/profile"
)

// Blocks is the block coverage of a release, merged from what its instances
// counted.
//
// It is the raw coverage of a service at a commit. Fleet.Blocks computes it
// from the last report of each instance, whether or not the instance still
// runs. Fleet.Covers lists earlier measurements, and Fleet.CoverProfile reads
// one of them.
type Blocks struct {
	// Profile is what ran since the baseline, or ever if there is no baseline.
	Profile *profile.Profile
	// Ever is what ran, regardless of the baseline.
	Ever *profile.Profile
	// Baseline is the current baseline, or nil.
	Baseline *Baseline
	// Differ names the files whose blocks differ between builds of the release.
	// profile.Merge says how they are merged.
	Differ []string
	Parts  []BlocksPart
	// Wrong lists instances whose data cannot be read, with the reason.
	Wrong []string
}

// BlocksPart is one instance in Blocks.
type BlocksPart struct {
	Instance string // "" for instances that are no longer kept
	Address  string
	State    InstanceState
	At       time.Time // when it reported
}

// Digest covers which blocks there are and which of them ran, but not their
// counts.
func (b *Blocks) Digest() string { return coveredDigest(b.Profile) }

// Newest returns the time of the newest report.
func (b *Blocks) Newest() (at time.Time) {
	for _, p := range b.Parts {
		if p.At.After(at) {
			at = p.At
		}
	}
	return at
}

// Live reports whether an instance can still be asked for more.
func (b *Blocks) Live() bool {
	return slices.ContainsFunc(b.Parts, func(p BlocksPart) bool { return p.State == Live })
}

// Addresses returns the addresses of the instances without repetition,
// separated by commas.
func (b *Blocks) Addresses() string {
	var list []string
	for _, p := range b.Parts {
		if p.Address != "" {
			list = append(list, p.Address)
		}
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ",")
}

// Blocks merges the block coverage of a release's instances: profiles of goc's
// agents, and Go's own counters of programs built with -cover. The error is
// NotFound if no instance has reported anything.
func (f *Fleet) Blocks(ctx context.Context, release string) (*Blocks, error) {
	instances, err := f.store.Instances(ctx, release)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*Instance, len(instances))
	for i := range instances {
		byID[instances[i].ID] = &instances[i]
	}
	b := &Blocks{}
	var profiles []*profile.Profile
	take := func(id string, at time.Time, p *profile.Profile, err error) error {
		switch {
		case errors.Is(err, NotFound):
			return nil // its meta-data has not arrived, or was replaced just now
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			b.Wrong = append(b.Wrong, fmt.Sprintf("instance %s: %v", id, err))
			return nil
		}
		profiles = append(profiles, p)
		part := BlocksPart{State: Gone, At: at}
		if i := byID[id]; i != nil {
			part = BlocksPart{Instance: id, Address: i.Address, State: i.State, At: at}
		}
		b.Parts = append(b.Parts, part)
		return nil
	}
	rows, err := f.store.Blocks(ctx, release)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p, err := f.readBlocks(ctx, &row)
		if err := take(row.Instance, row.At, p, err); err != nil {
			return nil, err
		}
	}
	if err := f.counted(ctx, release, take); err != nil {
		return nil, err
	}
	if len(profiles) == 0 {
		return nil, Errorf(NotFound, "no instance of release %.40q has said which blocks ran", release)
	}
	b.Ever, b.Differ = profile.Merge(profiles...)
	b.Profile = b.Ever
	if b.Baseline, err = f.Baseline(ctx, release); err == nil && b.Baseline != nil {
		b.Profile, err = f.since(ctx, b.Baseline, b.Ever)
	}
	return b, err
}

// counted passes take the profiles of instances that push Go's own counters. It
// reads the meta-data of each build once.
func (f *Fleet) counted(ctx context.Context, release string, take func(string, time.Time, *profile.Profile, error) error) error {
	rows, err := f.store.CountersOf(ctx, release)
	if err != nil {
		return err
	}
	metas := map[string]*profile.Meta{}
	for _, row := range rows {
		p, err := f.countedBy(ctx, &row, metas)
		if err := take(row.Instance, row.At, p, err); err != nil {
			return err
		}
	}
	return nil
}

func (f *Fleet) countedBy(ctx context.Context, row *Counters, metas map[string]*profile.Meta) (*profile.Profile, error) {
	meta := metas[row.Covmeta]
	if meta == nil {
		content, err := f.blob(ctx, covmetaKey(row.Covmeta))
		if err != nil {
			return nil, err
		}
		if meta, err = profile.ReadMeta(content, profile.DefaultLimits); err != nil {
			return nil, err
		}
		metas[row.Covmeta] = meta
	}
	counters, err := f.blob(ctx, countersKey(row.Instance))
	if err != nil {
		return nil, err
	}
	return meta.Profile(profile.DefaultLimits, counters)
}
