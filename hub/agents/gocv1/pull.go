package gocv1

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report/profile"
)

// atOnce is how many agents are asked at once.
const atOnce = 32

// pull asks many agents concurrently, each with a time limit. It returns an error
// for the first one in the list that has no profile, unless force is set.
func (c *center) pull(ctx context.Context, targets []fleet.Target, asked *ProfileParam) ([]*profile.Profile, error) {
	pulled := make([]*profile.Profile, len(targets))
	errs := each(targets, func(i int, t *fleet.Target) (err error) {
		pulled[i], err = c.pullOne(ctx, t)
		return err
	})
	var profiles []*profile.Profile
	for i, p := range pulled {
		if errs[i] == nil {
			profiles = append(profiles, p)
			continue
		}
		if !asked.Force {
			service := ""
			if len(asked.Service) > 0 {
				service = targets[i].Name
			}
			return nil, fmt.Errorf("failed to get profile from %s, service %s, error %w", targets[i].Address, service, errs[i])
		}
	}
	return profiles, nil
}

func (c *center) pullOne(ctx context.Context, t *fleet.Target) (*profile.Profile, error) {
	content, err := c.Agents.Pull(ctx, t.Dialled())
	if err != nil {
		return nil, err
	}
	p, err := fleet.ParseBlocks(content)
	if err != nil {
		c.Log.Info("an agent's answer is no profile", "name", t.Name, "address", t.Address, "error", err)
		return nil, errors.New("its answer is no profile; the hub's log says why")
	}
	if err := c.Fleet.AddBlocks(ctx, t.Instance, content, false); err != nil {
		c.Log.Warn("a profile was not kept", "name", t.Name, "address", t.Address, "error", err)
	}
	return p, nil
}

// each calls f for all targets, many at once, and returns what became of each.
func each(targets []fleet.Target, f func(int, *fleet.Target) error) []error {
	errs := make([]error, len(targets))
	slots := make(chan struct{}, atOnce)
	var calls sync.WaitGroup
	for i := range targets {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			errs[i] = f(i, &targets[i])
		})
	}
	calls.Wait()
	return errs
}
