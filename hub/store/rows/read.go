package rows

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

const (
	serviceColumns  = "id, env, region, app_type, app, cluster, main, first_seen"
	releaseColumns  = "id, service_id, revision, branch, git_commit, version, dirty, first_seen"
	buildColumns    = "id, release_id, manifest, points, go, os, arch, goat, first_seen, ran, covered"
	instanceColumns = "id, build_id, release_id, agent, host, pod, pid, address, short, covmeta, started, registered, seen, lease_until, state, since, measured, probes, acked, covered"
)

// Services implements fleet.Store.
func (s *Store) Services(ctx context.Context) ([]fleet.Service, error) {
	return query(ctx, s, scanService, "SELECT "+serviceColumns+" FROM services ORDER BY env, region, app_type, app, cluster, main")
}

// Service implements fleet.Store.
func (s *Store) Service(ctx context.Context, id string) (fleet.Service, error) {
	list, err := query(ctx, s, scanService, "SELECT "+serviceColumns+" FROM services WHERE id = ?", id)
	if err != nil {
		return fleet.Service{}, err
	}
	return only(list, "service", id)
}

// ServiceOf implements fleet.Store.
func (s *Store) ServiceOf(ctx context.Context, instance string) (fleet.Service, error) {
	list, err := query(ctx, s, scanService, "SELECT "+serviceColumns+` FROM services WHERE id =
		(SELECT service_id FROM releases WHERE id = (SELECT release_id FROM instances WHERE id = ?))`, instance)
	if err != nil {
		return fleet.Service{}, err
	}
	if len(list) == 0 {
		return fleet.Service{}, fleet.Errorf(fleet.UnknownInstance, "no instance has the id %.80q; register it", instance)
	}
	return list[0], nil
}

// Releases implements fleet.Store.
func (s *Store) Releases(ctx context.Context, service string) ([]fleet.Release, error) {
	const order = " ORDER BY first_seen DESC, id"
	if service == "" {
		return query(ctx, s, scanRelease, "SELECT "+releaseColumns+" FROM releases"+order)
	}
	return query(ctx, s, scanRelease, "SELECT "+releaseColumns+" FROM releases WHERE service_id = ?"+order, service)
}

// Release implements fleet.Store.
func (s *Store) Release(ctx context.Context, id string) (fleet.Release, error) {
	list, err := query(ctx, s, scanRelease, "SELECT "+releaseColumns+" FROM releases WHERE id = ?", id)
	if err != nil {
		return fleet.Release{}, err
	}
	return only(list, "release", id)
}

// Builds implements fleet.Store.
func (s *Store) Builds(ctx context.Context, release string) ([]fleet.Build, error) {
	return query(ctx, s, scanBuild, "SELECT "+buildColumns+" FROM builds WHERE release_id = ? ORDER BY first_seen, id", release)
}

// Instances implements fleet.Store.
func (s *Store) Instances(ctx context.Context, release string) ([]fleet.Instance, error) {
	return query(ctx, s, scanInstance, "SELECT "+instanceColumns+" FROM instances WHERE release_id = ? ORDER BY registered, id", release)
}

// InstancesAt implements fleet.Store.
func (s *Store) InstancesAt(ctx context.Context, address string) ([]fleet.Instance, error) {
	return query(ctx, s, scanInstance, "SELECT "+instanceColumns+" FROM instances WHERE address = ? ORDER BY seen DESC, id", address)
}

// Addresses implements fleet.Store.
func (s *Store) Addresses(ctx context.Context) (map[string][]string, error) {
	rows, err := query(ctx, s, func(r row, v *[2]string) error { return r.Scan(&v[0], &v[1]) },
		"SELECT DISTINCT release_id, address FROM instances WHERE state IN ('live', 'unreachable') AND address <> '' ORDER BY release_id, address")
	if err != nil {
		return nil, err
	}
	addresses := map[string][]string{}
	for _, r := range rows {
		addresses[r[0]] = append(addresses[r[0]], r[1])
	}
	return addresses, nil
}

// Silent implements fleet.Store.
func (s *Store) Silent(ctx context.Context, margin time.Duration, most int) ([]fleet.Instance, error) {
	now, err := s.clock(ctx)
	if err != nil {
		return nil, err
	}
	return query(ctx, s, scanInstance, "SELECT "+instanceColumns+" FROM instances WHERE state IN ('live', 'unreachable') AND lease_until < ? ORDER BY lease_until LIMIT ?",
		now-margin.Milliseconds(), most)
}

// Summaries implements fleet.Store.
func (s *Store) Summaries(ctx context.Context, service string) ([]fleet.Summary, error) {
	text := `SELECT r.id, coalesce(b.n, 0), coalesce(b.points, 0), coalesce(b.ran, 0), coalesce(i.live, 0), coalesce(i.unreachable, 0),
			coalesce(i.ended, 0), coalesce(i.gone, 0), coalesce(i.measured, 0)
		FROM releases r
		LEFT JOIN (SELECT release_id, count(*) AS n, sum(points) AS points, sum(ran) AS ran FROM builds GROUP BY release_id) b ON b.release_id = r.id
		LEFT JOIN (SELECT release_id, sum(CASE WHEN state = 'live' THEN 1 ELSE 0 END) AS live, sum(CASE WHEN state = 'unreachable' THEN 1 ELSE 0 END) AS unreachable,
				sum(CASE WHEN state = 'ended' THEN 1 ELSE 0 END) AS ended, sum(CASE WHEN state = 'gone' THEN 1 ELSE 0 END) AS gone, sum(measured) AS measured
			FROM instances GROUP BY release_id) i ON i.release_id = r.id`
	if service == "" {
		return query(ctx, s, scanSummary, text)
	}
	text = strings.ReplaceAll(text, "GROUP BY", "WHERE release_id IN (SELECT id FROM releases WHERE service_id = ?1) GROUP BY")
	return query(ctx, s, scanSummary, text+" WHERE r.service_id = ?1", service)
}

// FirstHits implements fleet.Store.
func (s *Store) FirstHits(ctx context.Context, build string) ([]fleet.FirstHit, error) {
	return query(ctx, s, scanHit, "SELECT point, first, instance_id, route, last_day FROM hits WHERE build_id = ? ORDER BY point", build)
}

// row is the source of Scan functions.
type row interface{ Scan(dest ...any) error }

func query[T any](ctx context.Context, s *Store, scan func(row, *T) error, text string, args ...any) ([]T, error) {
	if s.dialect.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.dialect.Limit)
		defer cancel()
	}
	statement := s.dialect.statement(text)
	rows, err := s.readers.QueryContext(ctx, statement.text, s.dialect.args(statement, args)...)
	if err != nil {
		return nil, fmt.Errorf("reading rows: %w", s.dialect.explain(err))
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, fmt.Errorf("reading a row: %w", err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading rows: %w", s.dialect.explain(err))
	}
	return list, nil
}

// only returns the only row of a list.
func only[T any](list []T, what, id string) (row T, err error) {
	if len(list) == 0 {
		return row, fleet.Errorf(fleet.NotFound, "no %s has the id %.80q", what, id)
	}
	return list[0], nil
}

func scanService(r row, s *fleet.Service) error {
	var first int64
	err := r.Scan(&s.ID, &s.Env, &s.Region, &s.AppType, &s.App, &s.Cluster, &s.Main, &first)
	s.FirstSeen = fromMillis(first)
	return err
}

func scanRelease(r row, l *fleet.Release) error {
	var first int64
	err := r.Scan(&l.ID, &l.ServiceID, &l.Revision, &l.Branch, &l.Commit, &l.Version, &l.Dirty, &first)
	l.FirstSeen = fromMillis(first)
	return err
}

func scanBuild(r row, b *fleet.Build) error {
	var first int64
	err := r.Scan(&b.ID, &b.ReleaseID, &b.Manifest, &b.Points, &b.Go, &b.OS, &b.Arch, &b.Goat, &first, &b.Ran, (*[]byte)(&b.Covered))
	b.FirstSeen = fromMillis(first)
	return err
}

func scanInstance(r row, i *fleet.Instance) error {
	var started, registered, seen, lease, since int64
	err := r.Scan(&i.ID, &i.BuildID, &i.ReleaseID, &i.Agent, &i.Host, &i.Pod, &i.PID, &i.Address, &i.Short, &i.Covmeta,
		&started, &registered, &seen, &lease, &i.State, &since, &i.Measured, &i.Probes, &i.Acked, (*[]byte)(&i.Covered))
	i.Started, i.Registered, i.Seen = fromMillis(started), fromMillis(registered), fromMillis(seen)
	i.LeaseUntil, i.Since = fromMillis(lease), fromMillis(since)
	return err
}

func scanSummary(r row, s *fleet.Summary) error {
	var live, unreachable, ended, gone int
	err := r.Scan(&s.Release, &s.Builds, &s.Points, &s.Ran, &live, &unreachable, &ended, &gone, &s.Measured)
	s.Instances = map[fleet.InstanceState]int{}
	for state, n := range map[fleet.InstanceState]int{fleet.Live: live, fleet.Unreachable: unreachable, fleet.Ended: ended, fleet.Gone: gone} {
		if n > 0 {
			s.Instances[state] = n
		}
	}
	return err
}

func scanHit(r row, h *fleet.FirstHit) error {
	var first int64
	err := r.Scan(&h.Point, &first, &h.Instance, &h.Route, &h.LastDay)
	h.At = fromMillis(first)
	return err
}
