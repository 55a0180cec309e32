package fleet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Limits of an excuse.
const (
	MaxReason   = 2000 // bytes
	longestYear = 10   // years from now
)

// ExcusePoint adds a row. Its Service, StableID, Reason, Person, Until and By must be
// set; the rest is filled in. The point must be one of a release of the service.
func (f *Fleet) ExcusePoint(ctx context.Context, e Excuse) (Excuse, error) {
	now, err := f.store.Now(ctx)
	if err != nil {
		return Excuse{}, err
	}
	e.Reason, e.Person = strings.TrimSpace(e.Reason), strings.TrimSpace(e.Person)
	if err := e.check(now); err != nil {
		return Excuse{}, err
	}
	if e.Place, err = f.placeOf(ctx, e.Service, e.StableID); err != nil {
		return Excuse{}, err
	}
	return f.store.AddExcuse(ctx, e)
}

func (e *Excuse) check(now time.Time) error {
	switch {
	case !isHex(e.StableID, 16):
		return Errorf(Invalid, "%.40q is no stable id of a point; it has 16 lower-case hexadecimal digits", e.StableID)
	case e.Reason == "":
		return Errorf(Invalid, "the reason is missing; say why this code need not run")
	case e.Person == "":
		return Errorf(Invalid, "the person is missing; say who answers for the excuse")
	case e.Until.IsZero():
		return Errorf(Invalid, "the last day is missing; write for example 2027-03-01")
	case !e.InForce(now):
		return Errorf(Invalid, "the last day, %s, is over; name one that is still to come", e.Until.Format(time.DateOnly))
	case e.Until.After(now.AddDate(longestYear, 0, 0)):
		return Errorf(Invalid, "the last day, %s, is more than %d years from now; excuse it for a shorter time", e.Until.Format(time.DateOnly), longestYear)
	}
	if err := checkName("the reason", strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(e.Reason), MaxReason); err != nil {
		return err
	}
	return checkName("the person", e.Person, MaxName)
}

// WithdrawExcuse takes back the excuse of a point. The error is a Conflict if there
// is none.
func (f *Fleet) WithdrawExcuse(ctx context.Context, service, stableID, by string) (Excuse, error) {
	current, _, err := f.Excuses(ctx, service)
	if err != nil {
		return Excuse{}, err
	}
	old := current[stableID]
	if old == nil {
		return Excuse{}, Errorf(Conflict, "the point %.40q is not excused", stableID)
	}
	row := *old
	row.ID, row.Until, row.By = 0, time.Time{}, by
	return f.store.AddExcuse(ctx, row)
}

// Excuses returns the excuses of a service by stable id, also those whose day is
// over, and all rows that there have been, the newest first.
func (f *Fleet) Excuses(ctx context.Context, service string) (current map[string]*Excuse, all []Excuse, err error) {
	if all, err = f.store.Excuses(ctx, service); err != nil {
		return nil, nil, err
	}
	current = make(map[string]*Excuse)
	seen := make(map[string]bool)
	for i := range all {
		e := &all[i]
		if !seen[e.StableID] && !e.Withdrawn() {
			current[e.StableID] = e
		}
		seen[e.StableID] = true
	}
	return current, all, nil
}

// Now returns the time of the hub's clock, by which excuses are judged.
func (f *Fleet) Now(ctx context.Context) (time.Time, error) { return f.store.Now(ctx) }

// placeOf says where a point is in the newest release of the service that has it.
func (f *Fleet) placeOf(ctx context.Context, service, stableID string) (string, error) {
	releases, err := f.store.Releases(ctx, service)
	if err != nil {
		return "", err
	}
	for _, r := range releases {
		builds, err := f.store.Builds(ctx, r.ID)
		if err != nil {
			return "", err
		}
		for _, b := range builds {
			if b.Manifest == "" {
				continue
			}
			m, err := f.Manifest(ctx, b.Manifest)
			if errors.Is(err, NotFound) {
				continue
			}
			if err != nil {
				return "", err
			}
			if place := m.placeOf(stableID); place != "" {
				return place, nil
			}
		}
	}
	return "", Errorf(NotFound, "no release of the service has a point with the stable id %.40q", stableID)
}

// placeOf says where a point is: "ledger/refund.go:12 Refund", or "" if it is not one
// of the build's.
func (m *Manifest) placeOf(stableID string) string {
	for i := range m.Packages {
		for _, p := range m.Packages[i].Points {
			if p.StableID == stableID {
				return strings.TrimSpace(fmt.Sprintf("%s:%d %s", p.File, p.Line, p.Func))
			}
		}
	}
	return ""
}
