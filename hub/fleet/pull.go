package fleet

import (
	"context"
	"time"
)

// Rules of pulls.
const (
	pullPatience = 20 * time.Second // for one instance
	pullAtOnce   = 32               // instances at once
)

// Pull asks an instance that the hub can connect to which blocks have run, and
// stores the answer.
func (f *Fleet) Pull(ctx context.Context, i Instance) error {
	puller := f.pullers[i.Agent]
	if puller == nil {
		return Errorf(Conflict, "instance %s cannot be dialled; it pushes", i.ID)
	}
	ctx, cancel := context.WithTimeout(ctx, pullPatience)
	defer cancel()
	content, err := puller.Pull(ctx, i)
	if err != nil {
		return err
	}
	return f.AddBlocks(ctx, i.ID, content, false)
}
