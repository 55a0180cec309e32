package fleet

import "context"

// AddGocAgent takes an agent in that says of itself what a's Host, Command, PID and
// Extra are. Token and Instance have to be its own. It returns the agent's id.
func (f *Fleet) AddGocAgent(ctx context.Context, a *GocAgent) (int64, error) {
	for _, name := range []struct{ key, value string }{{"hostname", a.Host}, {"pid", a.PID}, {"extra", a.Extra}} {
		if err := checkName(name.key, name.value, MaxName); err != nil {
			return 0, err
		}
	}
	if err := checkName("cmdline", a.Command, 16*MaxName); err != nil {
		return 0, err
	}
	if err := f.HearGocAgent(ctx, a); err != nil {
		return 0, err
	}
	return f.store.AddGocAgent(ctx, *a)
}

// HearGocAgent begins the lease of an agent's instance anew.
func (f *Fleet) HearGocAgent(ctx context.Context, a *GocAgent) error {
	n := nameOfGocAgent(a)
	_, err := f.Register(ctx, &Registration{Key: a.Instance, Labels: n.Labels, Branch: n.Branch, Commit: n.Commit, Host: a.Host, Agent: AgentGocV2})
	return err
}

// GocAgents lists the agents, by id.
func (f *Fleet) GocAgents(ctx context.Context) ([]GocAgent, error) { return f.store.GocAgents(ctx) }

// SetGocStream notes where a connection of an agent comes from; "" that there is
// none.
func (f *Fleet) SetGocStream(ctx context.Context, id int64, s GocStream, from string) error {
	return f.store.SetGocStream(ctx, id, s, from)
}

// RemoveGocAgents takes agents off the list. Their instances have ended; what they
// said stays.
func (f *Fleet) RemoveGocAgents(ctx context.Context, agents []GocAgent) error {
	for _, a := range agents {
		if err := f.store.RemoveGocAgent(ctx, a.ID); err != nil {
			return err
		}
	}
	return nil
}
