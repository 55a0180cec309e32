package fleet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/goat-trace/goat/hub/report/profile"
)

// AddBlocks stores an instance's latest profile in place of the one before. It
// also counts as a sign of life, as a push does; end says that it is the last one.
//
// The counters of a process only grow. If some are lower than before, the
// instance's address now belongs to another process, or they were cleared. Then
// the counts so far are kept in addition.
func (f *Fleet) AddBlocks(ctx context.Context, instance string, content []byte, end bool) error {
	if !isHex(instance, 32) {
		return Errorf(UnknownInstance, "no instance has the id %.40q; register it", instance)
	}
	p, err := ParseBlocks(content)
	if err != nil {
		return err
	}
	f.blocks.lock(instance)
	defer f.blocks.unlock(instance)
	err = f.writeBlocks(ctx, instance, p)
	for try := 0; errors.Is(err, Conflict) && try < mostTries; try++ { // another replica wrote meanwhile
		err = f.writeBlocks(ctx, instance, p)
	}
	if err != nil {
		return fmt.Errorf("keeping the profile of instance %s: %w", instance, err)
	}
	_, err = f.store.Push(ctx, &Push{Instance: instance, Lease: f.lease, End: end})
	return err
}

// AnswerBlocks is AddBlocks for an instance that somebody waits for. It also ends
// the waiting.
func (f *Fleet) AnswerBlocks(ctx context.Context, instance string, content []byte) error {
	if err := f.AddBlocks(ctx, instance, content, false); err != nil {
		return err
	}
	_, err := f.store.Push(ctx, &Push{Instance: instance, Lease: f.lease})
	return err
}

// mostTries limits how often a profile is written when replicas conflict.
const mostTries = 50

// writeBlocks writes the next generation of an instance's blocks. It returns a
// Conflict if another replica has written it.
func (f *Fleet) writeBlocks(ctx context.Context, instance string, p *profile.Profile) error {
	row, err := f.store.BlocksOf(ctx, instance)
	if err != nil && !errors.Is(err, NotFound) {
		return err
	}
	before := row.Generation
	var earlier, last *profile.Profile
	if before > 0 {
		earlier, last, err = f.twoBlocks(ctx, &row)
		if errors.Is(err, NotFound) {
			err = f.isLost(ctx, &row)
		}
		if err != nil {
			return err
		}
		if last != nil && isOther(p, last) {
			return errOtherProgram
		}
		if last != nil && isLower(p, last) {
			earlier = together(earlier, last)
		}
	}
	content, err := p.AppendText(nil)
	if err == nil && earlier != nil {
		content, err = earlier.AppendText(content)
	}
	if err != nil {
		return err
	}
	next := BlocksRow{Instance: instance, Generation: before + 1, Digest: coveredDigest(together(earlier, p)), Size: int64(len(content))}
	next.File = fmt.Sprintf("blocks/%s-%d-%016x.cov.gz", instance, next.Generation, rand.Uint64()) //nolint:gosec // unique among writers, no secret
	if err := f.blobs.Put(ctx, next.File, pack(content)); err != nil {
		return err
	}
	if err := f.store.SetBlocks(ctx, next); err != nil {
		return errors.Join(err, f.blobs.Delete(ctx, next.File))
	}
	if before > 0 {
		return f.blobs.Delete(ctx, row.File)
	}
	return nil
}

// isLost decides what a missing blob means: it returns a Conflict if a later
// blob has replaced it, and no error if it is lost; then the instance starts
// anew.
func (f *Fleet) isLost(ctx context.Context, row *BlocksRow) error {
	now, err := f.store.BlocksOf(ctx, row.Instance)
	if err != nil || now.Generation != row.Generation {
		return errors.Join(err, Errorf(Conflict, "the blocks of instance %s were written meanwhile", row.Instance))
	}
	f.log.Warn("the blob of an instance's blocks is lost", "instance", row.Instance, "key", row.File)
	return nil
}

// errOtherProgram says that another program has the instance's address now.
var errOtherProgram = Errorf(Invalid, "the profile has no file of those that the instance had: another program answers at its address")

// isOther reports whether both profiles have files, but none in common.
func isOther(p, before *profile.Profile) bool {
	if len(p.Files) == 0 || len(before.Files) == 0 {
		return false
	}
	return !slices.ContainsFunc(p.Files, func(f profile.File) bool { return before.File(f.Name) != nil })
}

// isLower reports whether a block that ran has a lower count now, or is gone.
func isLower(now, before *profile.Profile) bool {
	for _, f := range before.Files {
		var blocks []profile.Block
		if file := now.File(f.Name); file != nil {
			blocks = file.Blocks
		}
		for _, b := range f.Blocks {
			if b.Count == 0 {
				continue
			}
			i, ok := slices.BinarySearchFunc(blocks, b, profile.Block.Compare)
			if !ok || blocks[i].Count < b.Count {
				return true
			}
		}
	}
	return false
}
