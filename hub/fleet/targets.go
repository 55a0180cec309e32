package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// AddTarget adds an address to goc's list. While it is listed, the same name
// and address means the same instance; afterwards it means a new one. The
// caller must have checked that the address is allowed.
func (f *Fleet) AddTarget(ctx context.Context, name, address, peer string) (Target, error) {
	if err := checkName("name", name, MaxName); err != nil {
		return Target{}, err
	}
	if name == "" {
		return Target{}, Errorf(Invalid, "the name is empty; it names the service")
	}
	targets, err := f.store.Targets(ctx, name)
	if err != nil {
		return Target{}, err
	}
	t := Target{Name: name, Address: address, Peer: peer}
	for _, known := range targets {
		if known.Address == address && known.Listed() {
			t.Instance = known.Instance
		}
	}
	if t.Instance == "" {
		if t.Instance, err = f.nextKey(ctx, name, address); err != nil {
			return Target{}, err
		}
	}
	n, _ := ParseName(name)
	_, err = f.Register(ctx, &Registration{
		Key: t.Instance, Labels: n.Labels, Branch: n.Branch, Commit: n.Commit,
		Host: peer, Address: address, Agent: AgentGocV1,
	})
	if err != nil {
		return Target{}, err
	}
	if err := f.store.AddTarget(ctx, t); err != nil {
		return Target{}, err
	}
	if err := f.refreshSoon(ctx, n.ServiceID()); err != nil {
		return Target{}, err
	}
	return t, f.supersede(ctx, &t, n)
}

// nextKey returns the key of the next instance at an address: one that no instance
// has. Concurrent registrations compute the same one.
func (f *Fleet) nextKey(ctx context.Context, name, address string) (key string, err error) {
	for {
		key = keyOf(name, address, key)
		_, err := f.store.ServiceOf(ctx, key)
		if errors.Is(err, UnknownInstance) {
			return key, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// supersede removes the service's other commits at the address from the list: a
// process has one commit, and this one started last.
func (f *Fleet) supersede(ctx context.Context, t *Target, n Name) error {
	all, err := f.store.Targets(ctx, "")
	if err != nil {
		return err
	}
	var old []Target
	for _, other := range all {
		if other.Address != t.Address || other.Name == t.Name || !other.Listed() {
			continue
		}
		if o, _ := ParseName(other.Name); o.Labels == n.Labels {
			old = append(old, other)
		}
	}
	if len(old) == 0 {
		return nil
	}
	return f.RemoveTargets(ctx, old)
}

// Targets lists goc's list by name and in the order of registration.
func (f *Fleet) Targets(ctx context.Context) ([]Target, error) {
	all, err := f.store.Targets(ctx, "")
	listed := all[:0]
	for _, t := range all {
		if t.Listed() {
			listed = append(listed, t)
		}
	}
	return listed, err
}

// RemoveTargets removes targets from goc's list. Their instances have ended;
// what they reported stays.
func (f *Fleet) RemoveTargets(ctx context.Context, targets []Target) error {
	ids := make([]string, 0, len(targets))
	for _, t := range targets {
		ids = append(ids, t.Instance)
	}
	return f.store.RemoveTargets(ctx, ids)
}

// keyOf derives an instance's key from what identifies it, for agents that send
// no key.
func keyOf(parts ...string) string {
	sum := sha256.Sum256([]byte("target\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
