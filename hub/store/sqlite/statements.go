package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// statements are the prepared statements of frequent writes.
type statements struct {
	service, release, build, instance *sql.Stmt
	findBuild, findManifest           *sql.Stmt
	findCovmeta, anyAsk               *sql.Stmt
	findInstance, pushed, heard       *sql.Stmt
	turned, removals                  *sql.Stmt
	hits, hit, findUnion, union       *sql.Stmt
}

func (s *statements) all() map[**sql.Stmt]string {
	return map[**sql.Stmt]string{
		&s.service: `INSERT INTO services (id, env, region, app_type, app, cluster, main, first_seen)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		&s.release: `INSERT INTO releases (id, service_id, revision, branch, git_commit, version, dirty, first_seen)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		&s.build: `INSERT INTO builds (id, release_id, manifest, points, go, os, arch, goat, first_seen, ran, covered)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, x'') ON CONFLICT (id) DO NOTHING`,
		&s.instance: `INSERT INTO instances (id, build_id, release_id, agent, host, pod, pid, address, short, covmeta,
				started, registered, seen, lease_until, state, since, measured, probes, acked, covered)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?, 0, 0, 0, x'')
			ON CONFLICT (id) DO NOTHING`,
		&s.removals:     `SELECT n FROM removals`,
		&s.findBuild:    `SELECT points, manifest FROM builds WHERE id = ?`,
		&s.findManifest: `SELECT count(*) FROM manifests WHERE digest = ?`,
		&s.anyAsk:       `SELECT EXISTS (SELECT 1 FROM asks)`,
		&s.findCovmeta:  `SELECT count(*) FROM covmetas WHERE digest = ?`,
		&s.findInstance: `SELECT build_id, covmeta, state, measured, acked, covered FROM instances WHERE id = ?`,
		&s.pushed:       `UPDATE instances SET seen = ?, lease_until = ?, acked = ?, covered = ? WHERE id = ?`,
		&s.heard:        `UPDATE instances SET seen = ?, lease_until = ? WHERE id = ?`,
		&s.turned:       `UPDATE instances SET state = ?, since = ?, measured = ?, probes = 0 WHERE id = ?`,
		&s.hits:         `SELECT point, first, last_day FROM hits WHERE build_id = ?`,
		&s.hit: `INSERT INTO hits (build_id, point, first, instance_id, route, last_day) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (build_id, point) DO UPDATE SET
				instance_id = CASE WHEN excluded.first < first THEN excluded.instance_id ELSE instance_id END,
				route = CASE WHEN excluded.first < first THEN excluded.route ELSE route END,
				first = min(first, excluded.first),
				last_day = max(last_day, excluded.last_day)`,
		&s.findUnion: `SELECT covered FROM builds WHERE id = ?`,
		&s.union:     `UPDATE builds SET covered = ?, ran = ? WHERE id = ?`,
	}
}

func (s *statements) prepare(ctx context.Context, conn *sql.Conn) error {
	for stmt, text := range s.all() {
		var err error
		if *stmt, err = conn.PrepareContext(ctx, text); err != nil {
			return fmt.Errorf("preparing a statement: %w", err)
		}
	}
	return nil
}

func (s *statements) close() {
	for stmt := range s.all() {
		_ = (*stmt).Close()
	}
}
