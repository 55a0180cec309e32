package sqlite

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
	files, err := t.texts(`DELETE FROM covers WHERE id IN (SELECT id FROM
			(SELECT id, row_number() OVER (PARTITION BY release_id ORDER BY id DESC) AS n FROM covers) WHERE n > ?) RETURNING file`, r.Covers)
	if err != nil {
		return swept, fmt.Errorf("removing rows of histories: %w", err)
	}
	swept.Files = append(swept.Files, files...)
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

func (t tx) ago(d time.Duration) int64 { return t.now - d.Milliseconds() }

// oldReleases returns releases that are not among the newest of their service
// and have not been heard of for long.
func (t tx) oldReleases(r fleet.Retention) ([]string, error) {
	ids, err := t.texts(`SELECT id FROM
			(SELECT id, row_number() OVER (PARTITION BY service_id ORDER BY first_seen DESC, id) AS n,
				max(first_seen, coalesce((SELECT max(seen) FROM instances WHERE release_id = releases.id), 0)) AS last
			FROM releases)
		WHERE n > ? AND last < ? ORDER BY last LIMIT ?`, r.Releases, t.ago(r.Release), r.AtOnce)
	if err != nil {
		return nil, fmt.Errorf("looking for old releases: %w", err)
	}
	return ids, nil
}

// removeRelease removes a release and everything that belongs to it. Its
// service goes with the last release.
func (t tx) removeRelease(id string, swept *fleet.Swept) error {
	for _, removed := range []struct {
		into *[]string
		text string
	}{
		{&swept.Blocks, `DELETE FROM blocks WHERE release_id = ? RETURNING file`},
		{&swept.Counters, `DELETE FROM counters WHERE release_id = ? RETURNING instance_id`},
		{&swept.Files, `DELETE FROM covers WHERE release_id = ? RETURNING file`},
		{&swept.Files, `DELETE FROM baselines WHERE release_id = ? RETURNING file`},
	} {
		names, err := t.texts(removed.text, id)
		if err != nil {
			return fmt.Errorf("removing release %s: %w", id, err)
		}
		*removed.into = append(*removed.into, names...)
	}
	for _, statement := range []string{
		`DELETE FROM hits WHERE build_id IN (SELECT id FROM builds WHERE release_id = ?1)`,
		`DELETE FROM builds WHERE release_id = ?1`,
		`DELETE FROM instances WHERE release_id = ?1`,
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

// removeManifests removes manifests that no build has, a day after they
// arrived, because the build may still register.
func (t tx) removeManifests() ([]string, error) {
	digests, err := t.texts(`DELETE FROM manifests
		WHERE first_seen < ? AND NOT EXISTS (SELECT 1 FROM builds WHERE manifest = digest) RETURNING digest`, t.ago(24*time.Hour))
	if err != nil {
		return nil, fmt.Errorf("removing manifests: %w", err)
	}
	return digests, nil
}

// removeCovmetas removes meta-data that no counters need, also after a day.
func (t tx) removeCovmetas() ([]string, error) {
	digests, err := t.texts(`DELETE FROM covmetas
		WHERE first_seen < ? AND digest NOT IN (SELECT covmeta FROM counters UNION SELECT covmeta FROM instances) RETURNING digest`, t.ago(24*time.Hour))
	if err != nil {
		return nil, fmt.Errorf("removing coverage meta-data: %w", err)
	}
	return digests, nil
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

// texts reads rows of a single text.
func (b *batch) texts(query string, args ...any) ([]string, error) {
	rows, err := b.conn.QueryContext(background, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
