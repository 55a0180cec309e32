package rows

import (
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
)

// AddGocAgent implements fleet.Store.
func (s *Store) AddGocAgent(ctx context.Context, a fleet.GocAgent) (id int64, err error) {
	var added int64
	err = s.writer.do(ctx, func(b *batch) error {
		var err error
		added, err = b.insert(`INSERT INTO goc_agents (token, instance_id, host, command, pid, extra, rpc, watch)
			VALUES (?, ?, ?, ?, ?, ?, '', '')`, a.Token, a.Instance, a.Host, a.Command, a.PID, a.Extra)
		if err != nil {
			return fmt.Errorf("adding the agent of instance %s: %w", a.Instance, err)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// GocAgents implements fleet.Store.
func (s *Store) GocAgents(ctx context.Context) ([]fleet.GocAgent, error) {
	return query(ctx, s, scanGocAgent, `SELECT a.id, a.token, a.instance_id, i.state, a.host, a.command, a.pid, a.extra, a.rpc, a.watch
		FROM goc_agents a JOIN instances i ON i.id = a.instance_id ORDER BY a.id`)
}

func scanGocAgent(r row, a *fleet.GocAgent) error {
	return r.Scan(&a.ID, &a.Token, &a.Instance, &a.State, &a.Host, &a.Command, &a.PID, &a.Extra, &a.RPC, &a.Watch)
}

// SetGocStream implements fleet.Store.
func (s *Store) SetGocStream(ctx context.Context, id int64, stream fleet.GocStream, from string) error {
	statement := `UPDATE goc_agents SET rpc = ? WHERE id = ?`
	if stream == fleet.StreamWatch {
		statement = `UPDATE goc_agents SET watch = ? WHERE id = ?`
	}
	return s.writer.do(ctx, func(b *batch) error {
		if _, err := b.exec(statement, from, id); err != nil {
			return fmt.Errorf("noting the %s connection of agent %d: %w", stream, id, err)
		}
		return nil
	})
}

// RemoveGocAgent implements fleet.Store.
func (s *Store) RemoveGocAgent(ctx context.Context, id int64) error {
	return s.writer.do(ctx, func(b *batch) error {
		_, err := b.exec(`UPDATE instances SET state = 'ended', since = ? WHERE id = (SELECT instance_id FROM goc_agents WHERE id = ?) AND state <> 'ended'`, b.now, id)
		if err == nil {
			_, err = b.exec(`DELETE FROM goc_agents WHERE id = ?`, id)
		}
		if err != nil {
			return fmt.Errorf("removing agent %d: %w", id, err)
		}
		return nil
	})
}
