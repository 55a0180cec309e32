package rows

import (
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
)

// AddTarget implements fleet.Store.
func (s *Store) AddTarget(ctx context.Context, t fleet.Target) error {
	return s.writer.do(ctx, func(b *batch) error {
		_, err := b.exec(`INSERT INTO targets (name, address, peer, instance_id, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (name, address) DO UPDATE SET peer = excluded.peer, instance_id = excluded.instance_id`,
			t.Name, t.Address, t.Peer, t.Instance, b.now)
		if err != nil {
			return fmt.Errorf("adding the target %s of %s: %w", t.Address, t.Name, err)
		}
		return nil
	})
}

// Targets implements fleet.Store.
func (s *Store) Targets(ctx context.Context, name string) ([]fleet.Target, error) {
	return query(ctx, s, scanTarget, `SELECT t.number, t.name, t.address, t.peer, t.instance_id, i.state, t.at
		FROM targets t JOIN instances i ON i.id = t.instance_id WHERE ?1 = '' OR t.name = ?1 ORDER BY t.name, t.number`, name)
}

// RemoveTargets implements fleet.Store.
func (s *Store) RemoveTargets(ctx context.Context, instances []string) error {
	return s.writer.do(ctx, func(b *batch) error {
		for _, id := range instances {
			if _, err := b.exec(`UPDATE instances SET state = 'ended', since = ? WHERE id = ? AND state <> 'ended'`, b.now, id); err != nil {
				return fmt.Errorf("ending instance %s: %w", id, err)
			}
			if _, err := b.exec(`DELETE FROM targets WHERE instance_id = ?`, id); err != nil {
				return fmt.Errorf("removing the targets of instance %s: %w", id, err)
			}
		}
		return nil
	})
}

// PullOf implements fleet.Store.
func (s *Store) PullOf(ctx context.Context, service string) (fleet.PullRow, error) {
	list, err := query(ctx, s, scanPull, `SELECT service_id, begun, asked, step FROM pulls WHERE service_id = ?`, service)
	if err != nil {
		return fleet.PullRow{}, err
	}
	return only(list, "pull of a service", service)
}

// SetPull implements fleet.Tx.
func (t tx) SetPull(r fleet.PullRow) error {
	_, err := t.exec(`INSERT INTO pulls (service_id, begun, asked, step) VALUES (?, ?, ?, ?)
		ON CONFLICT (service_id) DO UPDATE SET begun = excluded.begun, asked = excluded.asked, step = excluded.step`,
		r.Service, millis(r.Begun), r.Asked, r.Step)
	if err != nil {
		return fmt.Errorf("noting a pull of service %s: %w", r.Service, err)
	}
	return nil
}

// Turn implements fleet.Tx.
func (t tx) Turn(instance string, from, to fleet.InstanceState) error {
	if _, err := t.exec(`UPDATE instances SET state = ?, since = ? WHERE id = ? AND state = ?`, to, t.now, instance, from); err != nil {
		return fmt.Errorf("turning instance %s: %w", instance, err)
	}
	return nil
}

func scanTarget(r row, t *fleet.Target) error {
	var at int64
	err := r.Scan(&t.Number, &t.Name, &t.Address, &t.Peer, &t.Instance, &t.State, &at)
	t.Added = fromMillis(at)
	return err
}

func scanPull(r row, p *fleet.PullRow) error {
	var begun int64
	err := r.Scan(&p.Service, &begun, &p.Asked, &p.Step)
	p.Begun = fromMillis(begun)
	return err
}
