package fleet

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"time"
)

// prestopPatience is how long PreStop waits for instances that nobody can dial.
const prestopPatience = 20 * time.Second

// Stopping is what a pre-stop hook came to.
type Stopping struct {
	Kept    int // instances whose data is kept now
	Waiting int // that were asked and have not answered; what they say still comes
	Failed  int // that can be dialled and did not answer
}

// At lists the instances of a service that are there and are at one of the addresses: an
// address as it was registered, its host, a host's name, a pod's UID, or an
// instance's id.
func (f *Fleet) At(ctx context.Context, service string, addresses ...string) ([]Instance, error) {
	connected, err := f.store.GocAgents(ctx)
	if err != nil {
		return nil, err
	}
	byInstance := map[string]*GocAgent{}
	for i := range connected {
		byInstance[connected[i].Instance] = &connected[i]
	}
	releases, err := f.store.Releases(ctx, service)
	if err != nil {
		return nil, err
	}
	var found []Instance
	for _, r := range releases {
		instances, err := f.store.Instances(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		for _, i := range instances {
			names := []string{i.ID, i.Pod, i.Address, i.Host, hostOf(i.Address)}
			if a := byInstance[i.ID]; a != nil {
				names = append(names, a.RPC)
			}
			there := i.State == Live || i.State == Unreachable
			if there && slices.ContainsFunc(names, func(name string) bool { return name != "" && slices.Contains(addresses, name) }) {
				found = append(found, i)
			}
		}
	}
	return found, nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// PreStop has what instances of a service have kept before they end: those that can be
// dialled are pulled, the others are asked and waited for.
func (f *Fleet) PreStop(ctx context.Context, service string, instances []Instance) (s Stopping, err error) {
	var mu sync.Mutex
	var pulls sync.WaitGroup
	slots := make(chan struct{}, pullAtOnce)
	var asked []string
	for _, i := range instances {
		if f.pullers[i.Agent] == nil {
			asked = append(asked, i.ID)
			continue
		}
		slots <- struct{}{}
		pulls.Go(func() {
			defer func() { <-slots }()
			err := f.Pull(ctx, i)
			if err != nil {
				f.log.Warn("pulling an instance before it ends failed", "instance", i.ID, "address", i.Address, "error", err)
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				s.Kept++
			} else {
				s.Failed++
			}
		})
	}
	if len(asked) > 0 {
		s.Waiting, err = f.askSome(ctx, service, asked, prestopPatience)
	}
	pulls.Wait()
	s.Kept += len(asked) - s.Waiting
	return s, err
}
