package rows

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
)

// statements are the prepared statements of frequent writes.
type statements struct {
	service, release, build, instance prepared
	findBuild, findManifest           prepared
	findCovmeta, anyAsk               prepared
	findInstance, pushed, heard       prepared
	turned, removals                  prepared
	hits, hit, findUnion, union       prepared
}

func (s *statements) all(d *Dialect) map[*prepared]string {
	return map[*prepared]string{
		&s.service: `INSERT INTO services (id, env, region, app_type, app, cluster, main, first_seen)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		&s.release: `INSERT INTO releases (id, service_id, revision, branch, git_commit, version, dirty, first_seen)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		&s.build: `INSERT INTO builds (id, release_id, manifest, points, go, os, arch, goat, first_seen, ran, covered)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING`,
		&s.instance: `INSERT INTO instances (id, build_id, release_id, agent, host, pod, pid, address, short, covmeta,
				started, registered, seen, lease_until, state, since, measured, probes, acked, covered)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?, 0, 0, 0, ?)
			ON CONFLICT (id) DO NOTHING`,
		&s.removals:     `SELECT n, ` + cmp.Or(d.Clock, "0") + ` FROM removals`,
		&s.findBuild:    `SELECT points, manifest FROM builds WHERE id = ?`,
		&s.findManifest: `SELECT count(*) FROM manifests WHERE digest = ?`,
		&s.anyAsk:       `SELECT CASE WHEN EXISTS (SELECT 1 FROM asks) THEN 1 ELSE 0 END`,
		&s.findCovmeta:  `SELECT count(*) FROM covmetas WHERE digest = ?`,
		&s.findInstance: `SELECT build_id, covmeta, state, measured, acked, covered FROM instances WHERE id = ? FOR UPDATE`,
		&s.pushed:       `UPDATE instances SET seen = ?, lease_until = ?, acked = ?, covered = ? WHERE id = ?`,
		&s.heard:        `UPDATE instances SET seen = ?, lease_until = ? WHERE id = ?`,
		&s.turned:       `UPDATE instances SET state = ?, since = ?, measured = ?, probes = 0 WHERE id = ?`,
		&s.hits:         `SELECT point, first, last_day FROM hits WHERE build_id = ?`,
		&s.hit: `INSERT INTO hits (build_id, point, first, instance_id, route, last_day) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (build_id, point) DO UPDATE SET
				instance_id = CASE WHEN excluded.first < hits.first THEN excluded.instance_id ELSE hits.instance_id END,
				route = CASE WHEN excluded.first < hits.first THEN excluded.route ELSE hits.route END,
				last_day = CASE WHEN excluded.last_day > hits.last_day THEN excluded.last_day ELSE hits.last_day END,
				first = CASE WHEN excluded.first < hits.first THEN excluded.first ELSE hits.first END`,
		&s.findUnion: `SELECT covered FROM builds WHERE id = ? FOR UPDATE`,
		&s.union:     `UPDATE builds SET covered = ?, ran = ? WHERE id = ?`,
	}
}

// prepared is a prepared statement of a connection.
type prepared struct {
	*sql.Stmt
	line *line
	form *statement
}

func (p *prepared) exec(args ...any) (sql.Result, error) {
	return p.ExecContext(p.line.ctx, p.line.dialect.args(p.form, args)...)
}

func (p *prepared) row(args ...any) *sql.Row {
	return p.QueryRowContext(p.line.ctx, p.line.dialect.args(p.form, args)...)
}

func (p *prepared) rows(args ...any) (*sql.Rows, error) {
	return p.QueryContext(p.line.ctx, p.line.dialect.args(p.form, args)...)
}

func (s *statements) prepare(ctx context.Context, l *line) error {
	for p, text := range s.all(l.dialect) {
		form := l.dialect.statement(text)
		stmt, err := l.conn.PrepareContext(ctx, form.text)
		if err != nil {
			return fmt.Errorf("preparing a statement: %w", err)
		}
		*p = prepared{Stmt: stmt, line: l, form: form}
	}
	return nil
}

func (s *statements) close() {
	for p := range s.all(&Dialect{}) {
		if p.Stmt != nil {
			_ = p.Close()
		}
	}
	*s = statements{}
}
