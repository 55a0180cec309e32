package rows

import (
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// tx is a batch in the form that effects of jobs see.
type tx struct{ *batch }

var _ fleet.Tx = tx{}

// ago is a time before the transaction.
func (t tx) ago(d time.Duration) int64 { return t.now - d.Milliseconds() }

// Judge implements fleet.Tx.
func (t tx) Judge(v fleet.Verdict) error {
	_, err := t.exec(`UPDATE instances
		SET since = CASE WHEN state = ?1 THEN since ELSE ?2 END, state = ?1, probes = ?3,
			seen = CASE WHEN ?6 > 0 THEN ?2 ELSE seen END, lease_until = CASE WHEN ?6 > 0 THEN ?2 + ?6 ELSE lease_until END
		WHERE id = ?4 AND lease_until < ?5`,
		v.State, t.now, v.Probes, v.Instance, t.now-v.Margin.Milliseconds(), v.Lease.Milliseconds())
	if err != nil {
		return fmt.Errorf("judging instance %s: %w", v.Instance, err)
	}
	return nil
}

// AddCover implements fleet.Tx.
func (t tx) AddCover(c fleet.Cover) error {
	found, err := t.texts(`SELECT id FROM releases WHERE id = ? FOR UPDATE`, c.Release) // so that ids grow in the order of commits
	if err != nil {
		return fmt.Errorf("looking for release %s: %w", c.Release, err)
	}
	if len(found) == 0 {
		return fleet.Errorf(fleet.NotFound, "no release has the id %.80q", c.Release)
	}
	id, err := t.insert(`INSERT INTO covers (release_id, at, addresses, file, total, digest) VALUES (?, ?, ?, ?, ?, ?)`,
		c.Release, t.now, c.Addresses, c.File, c.Total, c.Digest)
	if err != nil {
		return fmt.Errorf("adding to the history of release %s: %w", c.Release, err)
	}
	if _, err := t.exec(`UPDATE releases SET latest_cover = ? WHERE id = ?`, id, c.Release); err != nil {
		return fmt.Errorf("setting the latest row of release %s: %w", c.Release, err)
	}
	return nil
}
