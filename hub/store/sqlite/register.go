package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
)

// Register implements fleet.Store.
func (s *Store) Register(ctx context.Context, e *fleet.Enrolment) (fleet.Standing, error) {
	var standing fleet.Standing
	err := s.writer.do(ctx, func(b *batch) (err error) {
		standing, err = b.register(e)
		return err
	})
	if err != nil {
		return fleet.Standing{}, err
	}
	return standing, nil
}

func (b *batch) register(e *fleet.Enrolment) (fleet.Standing, error) {
	if err := b.enrol(e); err != nil {
		return fleet.Standing{}, err
	}
	bd, err := b.build(e.Build.ID)
	if err != nil {
		return fleet.Standing{}, err
	}
	i := &e.Instance
	lease := b.now + e.Lease.Milliseconds()
	result, err := b.stmts.instance.ExecContext(background,
		i.ID, i.BuildID, i.ReleaseID, i.Agent, i.Host, i.Pod, i.PID, i.Address, i.Short, i.Covmeta,
		b.now-e.Age.Milliseconds(), b.now, b.now, lease, b.now)
	if err != nil {
		return fleet.Standing{}, fmt.Errorf("registering instance %s: %w", i.ID, err)
	}
	wantCovmeta, err := b.wantsCovmeta(i.Covmeta)
	if err != nil {
		return fleet.Standing{}, err
	}
	standing := fleet.Standing{WantManifest: bd.manifest != "" && !bd.manifestHere, WantCovmeta: wantCovmeta}
	if made, err := result.RowsAffected(); err != nil || made > 0 {
		return standing, err
	}
	row, err := b.instance(i.ID)
	if err != nil {
		return fleet.Standing{}, err
	}
	if row.build != i.BuildID {
		return fleet.Standing{}, fleet.Errorf(fleet.Conflict, "the key %s belongs to a process of another build; each process makes its own", i.ID)
	}
	standing.Acked = row.acked
	return standing, b.hear(row, word{lease: lease, state: fleet.Live, measured: row.measured})
}

// enrol creates the missing rows above the instance.
func (b *batch) enrol(e *fleet.Enrolment) error {
	b.known.bound()
	s, r, d := &e.Service, &e.Release, &e.Build
	if err := b.once(s.ID, b.stmts.service, s.ID, s.Env, s.Region, s.AppType, s.App, s.Cluster, s.Main, b.now); err != nil {
		return fmt.Errorf("adding service %s: %w", s.ID, err)
	}
	if err := b.once(r.ID, b.stmts.release, r.ID, r.ServiceID, r.Revision, r.Branch, r.Commit, r.Version, r.Dirty, b.now); err != nil {
		return fmt.Errorf("adding release %s: %w", r.ID, err)
	}
	if err := b.once(d.ID, b.stmts.build, d.ID, d.ReleaseID, d.Manifest, d.Points, d.Go, d.OS, d.Arch, d.Goat, b.now); err != nil {
		return fmt.Errorf("adding build %s: %w", d.ID, err)
	}
	return nil
}

// once runs a statement that creates the row id, unless the row is known to
// exist.
func (b *batch) once(id string, stmt *sql.Stmt, args ...any) error {
	if b.known.rows[id] {
		return nil
	}
	if _, err := stmt.ExecContext(background, args...); err != nil {
		return err
	}
	b.known.rows[id] = true
	return nil
}

// AddManifest implements fleet.Store.
func (s *Store) AddManifest(ctx context.Context, m fleet.ManifestRow) error {
	return s.writer.do(ctx, func(b *batch) error {
		_, err := b.conn.ExecContext(background, `INSERT INTO manifests (digest, points, size, first_seen)
			VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING`, m.Digest, m.Points, m.Size, b.now)
		if err != nil {
			return fmt.Errorf("noting manifest %s: %w", m.Digest, err)
		}
		b.known.rows[m.Digest] = true
		return nil
	})
}
