package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Ask implements fleet.Store.
func (s *Store) Ask(ctx context.Context, service string, patience time.Duration) (asked int, err error) {
	var n int64
	err = s.writer.do(ctx, func(b *batch) (err error) {
		if _, err := b.exec(`DELETE FROM asks WHERE at < ?`, b.now-patience.Milliseconds()); err != nil {
			return fmt.Errorf("ending what nobody waits for: %w", err)
		}
		const whom = ` FROM instances WHERE release_id IN (SELECT id FROM releases WHERE service_id = ?) AND state = 'live' AND agent <> ?`
		_, err = b.exec(`INSERT INTO asks (instance_id, release_id, at, told) SELECT id, release_id, ?, 0`+whom+`
			ON CONFLICT (instance_id) DO UPDATE SET at = excluded.at, told = 0`, b.now, service, fleet.AgentGocV1)
		if err == nil {
			err = b.row(`SELECT count(*)`+whom, service, fleet.AgentGocV1).Scan(&n)
		}
		if err != nil {
			return fmt.Errorf("asking the instances of service %s: %w", service, err)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int(n), nil
}

// Asked implements fleet.Store.
func (s *Store) Asked(ctx context.Context, service string) ([]string, error) {
	text, args := `SELECT instance_id FROM asks`, []any{}
	if service != "" {
		text += ` WHERE release_id IN (SELECT id FROM releases WHERE service_id = ?)`
		args = append(args, service)
	}
	return query(ctx, s, func(r row, id *string) error { return r.Scan(id) }, text, args...)
}

// answerAsk reports whether the instance has to be told that somebody waits.
// Its next report ends the waiting.
func (b *batch) answerAsk(instance string) (tell bool, err error) {
	if b.asks == unknown {
		if err := b.stmts.anyAsk.row().Scan(&b.asks); err != nil {
			return false, fmt.Errorf("looking for who waits: %w", err)
		}
	}
	if b.asks == 0 {
		return false, nil
	}
	told, err := b.exec(`UPDATE asks SET told = 1 WHERE instance_id = ? AND told = 0`, instance)
	if err == nil && told == 0 {
		_, err = b.exec(`DELETE FROM asks WHERE instance_id = ?`, instance)
	}
	if err != nil {
		return false, fmt.Errorf("answering who waits for instance %s: %w", instance, err)
	}
	return told > 0, nil
}
