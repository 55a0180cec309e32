package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Sweep implements fleet.Tx.
func (t tx) Sweep(r fleet.Retention) (swept fleet.Swept, err error) {
	old, err := t.oldReleases(r)
	if err != nil {
		return swept, err
	}
	for _, id := range old {
		if err := t.removeRelease(id, &swept); err != nil {
			return swept, err
		}
	}
	swept.Releases = len(old)
	instances, err := t.exec(`DELETE FROM instances WHERE state IN ('ended', 'gone') AND since < ? AND seen < ?`, t.ago(r.Instance), t.ago(r.Instance))
	if err != nil {
		return swept, fmt.Errorf("removing instances: %w", err)
	}
	swept.Instances = int(instances)
	if instances > 0 || len(old) > 0 {
		if _, err := t.exec(`DELETE FROM targets WHERE NOT EXISTS (SELECT 1 FROM instances WHERE id = instance_id)`); err != nil {
			return swept, fmt.Errorf("removing targets: %w", err)
		}
		if _, err := t.exec(`DELETE FROM goc_agents WHERE NOT EXISTS (SELECT 1 FROM instances WHERE id = instance_id)`); err != nil {
			return swept, fmt.Errorf("removing agents: %w", err)
		}
	}
	if err := t.sweepDecisions(r); err != nil {
		return swept, err
	}
	if err := t.shortenHistories(r.Covers, &swept); err != nil {
		return swept, err
	}
	if swept.Manifests, err = t.removeManifests(); err != nil {
		return swept, err
	}
	if swept.Covmetas, err = t.removeCovmetas(); err != nil {
		return swept, err
	}
	if len(old)+len(swept.Manifests)+len(swept.Covmetas) > 0 {
		_, err = t.exec(`UPDATE removals SET n = n + 1`) // makes the next batch forget what it knows
	}
	return swept, err
}

// oldReleases returns releases that are not among the newest of their service
// and have not been heard of for long.
func (t tx) oldReleases(r fleet.Retention) ([]string, error) {
	ids, err := t.texts(`SELECT o.id FROM
			(SELECT id, row_number() OVER (PARTITION BY service_id ORDER BY first_seen DESC, id) AS n, first_seen,
				coalesce((SELECT max(seen) FROM instances WHERE release_id = releases.id), 0) AS seen
			FROM releases) AS o
		WHERE o.n > ?1 AND o.first_seen < ?2 AND o.seen < ?2
		ORDER BY CASE WHEN o.seen > o.first_seen THEN o.seen ELSE o.first_seen END LIMIT ?3`, r.Releases, t.ago(r.Release), r.AtOnce)
	if err != nil {
		return nil, fmt.Errorf("looking for old releases: %w", err)
	}
	return ids, nil
}

// removeRelease removes a release and everything that belongs to it. Its
// service goes with the last release. It locks the rows that others lock who add
// something below them (batch.below).
func (t tx) removeRelease(id string, swept *fleet.Swept) error {
	for _, locked := range []string{
		`SELECT id FROM services WHERE id = (SELECT service_id FROM releases WHERE id = ?) FOR UPDATE`,
		`SELECT id FROM releases WHERE id = ? FOR UPDATE`,
		`SELECT id FROM builds WHERE release_id = ? ORDER BY id FOR UPDATE`,
	} {
		if _, err := t.texts(locked, id); err != nil {
			return fmt.Errorf("removing release %s: %w", id, err)
		}
	}
	for _, named := range []struct {
		into *[]string
		text string
	}{
		{&swept.Blocks, `SELECT file FROM blocks WHERE release_id = ? FOR UPDATE`},
		{&swept.Counters, `SELECT instance_id FROM counters WHERE release_id = ? FOR UPDATE`},
		{&swept.Files, `SELECT file FROM covers WHERE release_id = ? FOR UPDATE`},
		{&swept.Files, `SELECT file FROM baselines WHERE release_id = ? FOR UPDATE`},
	} {
		names, err := t.texts(named.text, id)
		if err != nil {
			return fmt.Errorf("removing release %s: %w", id, err)
		}
		*named.into = append(*named.into, names...)
	}
	for _, statement := range []string{
		`DELETE FROM instances WHERE release_id = ?1`, // first: whoever pushes for one ends before
		`DELETE FROM blocks WHERE release_id = ?1`,
		`DELETE FROM counters WHERE release_id = ?1`,
		`DELETE FROM covers WHERE release_id = ?1`,
		`DELETE FROM baselines WHERE release_id = ?1`,
		`DELETE FROM hits WHERE build_id IN (SELECT id FROM builds WHERE release_id = ?1)`,
		`DELETE FROM builds WHERE release_id = ?1`,
		`DELETE FROM pulls WHERE service_id = (SELECT service_id FROM releases WHERE id = ?1)
			AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.service_id = pulls.service_id AND r.id <> ?1)`,
		`DELETE FROM services WHERE id = (SELECT service_id FROM releases WHERE id = ?1)
			AND NOT EXISTS (SELECT 1 FROM releases WHERE service_id = services.id AND id <> ?1)`,
		`DELETE FROM releases WHERE id = ?1`,
	} {
		if _, err := t.exec(statement, id); err != nil {
			return fmt.Errorf("removing release %s: %w", id, err)
		}
	}
	return nil
}

// shortenHistories removes all but the newest rows of each history.
func (t tx) shortenHistories(keep int, swept *fleet.Swept) error {
	long, err := t.texts(`SELECT release_id FROM covers GROUP BY release_id HAVING count(*) > ?`, keep)
	if err != nil {
		return fmt.Errorf("looking for long histories: %w", err)
	}
	for _, release := range long {
		var oldest int64
		err := t.row(`SELECT id FROM covers WHERE release_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?`, release, max(0, keep-1)).Scan(&oldest)
		if err != nil {
			return fmt.Errorf("reading the history of release %s: %w", release, err)
		}
		if keep == 0 {
			oldest++
		}
		files, err := t.texts(`SELECT file FROM covers WHERE release_id = ? AND id < ? FOR UPDATE`, release, oldest)
		if err == nil {
			_, err = t.exec(`DELETE FROM covers WHERE release_id = ? AND id < ?`, release, oldest)
		}
		if err != nil {
			return fmt.Errorf("removing rows of the history of release %s: %w", release, err)
		}
		swept.Files = append(swept.Files, files...)
	}
	return nil
}

// removeManifests removes manifests that no build has, a day after they
// arrived, because the build may still register.
func (t tx) removeManifests() ([]string, error) {
	digests, err := t.remove("manifests", "digest", `first_seen < ? AND NOT EXISTS (SELECT 1 FROM builds WHERE manifest = digest)`, t.ago(24*time.Hour))
	if err != nil {
		return nil, fmt.Errorf("removing manifests: %w", err)
	}
	return digests, nil
}

// removeCovmetas removes meta-data that no counters need, also after a day.
func (t tx) removeCovmetas() ([]string, error) {
	digests, err := t.remove("covmetas", "digest", `first_seen < ? AND NOT EXISTS (SELECT 1 FROM counters WHERE covmeta = digest)
		AND NOT EXISTS (SELECT 1 FROM instances WHERE covmeta = digest)`, t.ago(24*time.Hour))
	if err != nil {
		return nil, fmt.Errorf("removing coverage meta-data: %w", err)
	}
	return digests, nil
}

// remove removes rows and returns what their key was.
func (t tx) remove(table, key, where string, args ...any) ([]string, error) {
	keys, err := t.texts(`SELECT `+key+` FROM `+table+` WHERE `+where+` FOR UPDATE`, args...)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE `+key+` = ?`, k); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// ForgetManifest implements fleet.Store.
func (s *Store) ForgetManifest(ctx context.Context, digest string) error {
	return s.writer.do(ctx, func(b *batch) error {
		removed, err := b.exec(`DELETE FROM manifests WHERE digest = ?`, digest)
		if err == nil && removed > 0 {
			_, err = b.exec(`UPDATE removals SET n = n + 1`)
		}
		if err != nil {
			return fmt.Errorf("forgetting manifest %s: %w", digest, err)
		}
		return nil
	})
}
