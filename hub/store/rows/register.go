package rows

import (
	"context"
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
	result, err := b.stmts.instance.exec(
		i.ID, i.BuildID, i.ReleaseID, i.Agent, i.Host, i.Pod, i.PID, i.Address, i.Short, i.Covmeta,
		b.now-e.Age.Milliseconds(), b.now, b.now, lease, b.now, []byte{})
	if err != nil {
		return fleet.Standing{}, fmt.Errorf("registering instance %s: %w", i.ID, err)
	}
	wantCovmeta, err := b.wantsCovmeta(i.Covmeta)
	if err != nil {
		return fleet.Standing{}, err
	}
	standing := fleet.Standing{WantManifest: bd.manifest != "" && !bd.manifestHere, WantCovmeta: wantCovmeta}
	made, err := result.RowsAffected()
	if err != nil {
		return fleet.Standing{}, fmt.Errorf("registering instance %s: %w", i.ID, err)
	}
	if made > 0 {
		return standing, b.below("builds", i.BuildID)
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
	if err := b.once(s.ID, &b.stmts.service, s.ID, s.Env, s.Region, s.AppType, s.App, s.Cluster, s.Main, b.now); err != nil {
		return fmt.Errorf("adding service %s: %w", s.ID, err)
	}
	newRelease, newBuild := !b.known.rows[r.ID], !b.known.rows[d.ID]
	if err := b.once(r.ID, &b.stmts.release, r.ID, r.ServiceID, r.Revision, r.Branch, r.Commit, r.Version, r.Dirty, b.now); err != nil {
		return fmt.Errorf("adding release %s: %w", r.ID, err)
	}
	if newRelease {
		if err := b.below("services", s.ID); err != nil {
			return err
		}
	}
	if err := b.once(d.ID, &b.stmts.build, d.ID, d.ReleaseID, d.Manifest, d.Points, d.Go, d.OS, d.Arch, d.Goat, b.now, []byte{}); err != nil {
		return fmt.Errorf("adding build %s: %w", d.ID, err)
	}
	if newBuild {
		return b.below("releases", r.ID)
	}
	return nil
}

// below locks the row that a new row belongs to, so that nobody removes it at the
// same time. If it is gone, the transaction begins anew and knows nothing.
func (b *batch) below(table, id string) error {
	if b.writer.dialect.OneWriter || b.held[table+id] {
		return nil // look has seen all removals
	}
	found, err := b.texts(`SELECT id FROM `+table+` WHERE id = ? FOR SHARE`, id)
	if err != nil {
		return fmt.Errorf("adding to %s of %s: %w", table, id, err)
	}
	if len(found) == 0 {
		return fmt.Errorf("adding to %s of %s: it is being removed", table, id)
	}
	b.held[table+id] = true
	return nil
}

// once runs a statement that creates the row id, unless the row is known to
// exist.
func (b *batch) once(id string, stmt *prepared, args ...any) error {
	if b.known.rows[id] {
		return nil
	}
	if _, err := stmt.exec(args...); err != nil {
		return err
	}
	b.known.rows[id] = true
	return nil
}

// AddManifest implements fleet.Store.
func (s *Store) AddManifest(ctx context.Context, m fleet.ManifestRow) error {
	return s.writer.do(ctx, func(b *batch) error {
		_, err := b.exec(`INSERT INTO manifests (digest, points, size, first_seen)
			VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING`, m.Digest, m.Points, m.Size, b.now)
		if err != nil {
			return fmt.Errorf("noting manifest %s: %w", m.Digest, err)
		}
		b.known.rows[m.Digest] = true
		return nil
	})
}
