package fleet

import (
	"context"
	"time"
)

// pullPatience is how long one instance may take to answer.
const pullPatience = 20 * time.Second

// Pull asks an instance that the hub can connect to which blocks have run, and
// stores the answer. It returns whether other blocks ran than before.
func (f *Fleet) Pull(ctx context.Context, i Instance) (changed bool, err error) {
	puller := f.pullers[i.Agent]
	if puller == nil {
		return false, Errorf(Conflict, "instance %s cannot be dialled; it pushes", i.ID)
	}
	ctx, cancel := context.WithTimeout(ctx, pullPatience)
	defer cancel()
	content, err := puller.Pull(ctx, i)
	if err != nil {
		return false, err
	}
	return f.AddBlocks(ctx, i.ID, content, false)
}
