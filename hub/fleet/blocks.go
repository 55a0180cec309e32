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

// Blocks is the block coverage of a release: what its instances counted, merged.
//
// It is the raw coverage of a service at a commit. Fleet.Blocks makes it of what
// the instances said last, be they there or gone; Fleet.Covers lists what was
// measured before, and Fleet.CoverProfile reads one of these.
type Blocks struct {
	// Profile is what ran since the baseline, or ever where none counts.
	Profile *profile.Profile
	// Ever is what ran, whatever the baseline.
	Ever *profile.Profile
	// Baseline is the one that counts; nil for none.
	Baseline *Baseline
	// Differ names the files whose blocks are not the same in all builds of the
	// release; they were merged as profile.Merge says.
	Differ []string
	Parts  []BlocksPart
	// Wrong says of which instances the data cannot be read, and why.
	Wrong []string
}

// BlocksPart is an instance that Blocks has.
type BlocksPart struct {
	Instance string // "" for those that are not kept any more
	Address  string
	State    InstanceState
	At       time.Time // when it said so
}

// Digest is one of which blocks there are and which ran; counts have no part in it.
func (b *Blocks) Digest() string { return coveredDigest(b.Profile) }

// Newest is when the last instance said something.
func (b *Blocks) Newest() (at time.Time) {
	for _, p := range b.Parts {
		if p.At.After(at) {
			at = p.At
		}
	}
	return at
}

// Live says whether some instance is there to be asked for more.
func (b *Blocks) Live() bool {
	return slices.ContainsFunc(b.Parts, func(p BlocksPart) bool { return p.State == Live })
}

// Addresses are those of the instances, each once, separated by commas.
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
// agents, and Go's own counters of programs built with -cover. It is NotFound where
// no instance has said anything.
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
			return nil // its meta-data has not arrived, or it was written anew just now
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

// counted hands over the profiles of instances that push Go's own counters. Meta-
// data of one build is read once.
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
