package fleet

import "context"

// AddGocAgent adds an agent: Host, Command, PID and Extra are what it says of
// itself, Token and Instance must be its own. It returns the agent's id.
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

// HearGocAgent renews the lease of an agent's instance.
func (f *Fleet) HearGocAgent(ctx context.Context, a *GocAgent) error {
	n := nameOfGocAgent(a)
	_, err := f.Register(ctx, &Registration{Key: a.Instance, Labels: n.Labels, Branch: n.Branch, Commit: n.Commit, Host: a.Host, Agent: AgentGocV2})
	return err
}

// GocAgents lists the agents by id.
func (f *Fleet) GocAgents(ctx context.Context) ([]GocAgent, error) { return f.store.GocAgents(ctx) }

// ConnectGocAgent records that an agent has connected, and schedules a refresh of its
// service.
func (f *Fleet) ConnectGocAgent(ctx context.Context, a *GocAgent, from string) error {
	if err := f.HearGocAgent(ctx, a); err != nil {
		return err
	}
	if err := f.store.SetGocStream(ctx, a.ID, StreamRPC, from); err != nil {
		return err
	}
	return f.refreshSoon(ctx, LabelsOfGocAgent(a).ServiceID())
}

// SetGocStream records where a connection of an agent comes from; "" means that there
// is none.
func (f *Fleet) SetGocStream(ctx context.Context, id int64, s GocStream, from string) error {
	return f.store.SetGocStream(ctx, id, s, from)
}

// RemoveGocAgents removes agents from the list and ends their instances. What they
// reported stays.
func (f *Fleet) RemoveGocAgents(ctx context.Context, agents []GocAgent) error {
	for _, a := range agents {
		if err := f.store.RemoveGocAgent(ctx, a.ID); err != nil {
			return err
		}
	}
	return nil
}
