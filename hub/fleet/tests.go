package fleet

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ScopeText writes a token's scope for TestRun.Scope.
func ScopeText(scope map[string]string) string {
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(scope)) {
		labels = append(labels, key+"="+scope[key])
	}
	return strings.Join(labels, ",")
}

// MaxTestHits is how many points a test run may have run.
const MaxTestHits = 500_000

// AddTests stores a test run and the stable ids that it ran. Adding a run again
// changes nothing.
func (f *Fleet) AddTests(ctx context.Context, r TestRun, ran []string) error {
	if !isHex(r.ID, 32) {
		return Errorf(Invalid, "%.40q is no id of a test run; it has 32 lower-case hexadecimal digits", r.ID)
	}
	for _, name := range []struct {
		key, value string
		longest    int
	}{{"module", r.Module, MaxName}, {"name", r.Name, MaxName}, {"url", r.URL, 2048}, {"commit", r.Commit, MaxName}, {"branch", r.Branch, MaxName}} {
		if err := checkName(name.key, name.value, name.longest); err != nil {
			return err
		}
	}
	switch {
	case r.Module == "":
		return Errorf(Invalid, "module is empty; name the module that was tested")
	case r.Name == "":
		return Errorf(Invalid, "name is empty; name the test run, for example unit")
	case r.URL != "" && !strings.HasPrefix(r.URL, "https://") && !strings.HasPrefix(r.URL, "http://"):
		return Errorf(Invalid, "url is %.200q; it has to begin with https:// or http://", r.URL)
	case len(ran) > MaxTestHits:
		return Errorf(Invalid, "ran has %d ids; at most %d are taken", len(ran), MaxTestHits)
	case r.Points < 0 || r.Points > MaxPoints:
		return Errorf(Invalid, "points is %d; a test run has 0 to %d", r.Points, MaxPoints)
	}
	ids, err := packIDs(ran)
	if err != nil {
		return err
	}
	r.Ran = len(ids) / idBytes
	r.Points = max(r.Points, r.Ran)
	return f.store.AddTests(ctx, r, ids)
}

// idBytes is how many bytes a stable id has in a test run's hits.
const idBytes = 8

// packIDs packs stable ids, each once, in ascending order.
func packIDs(ids []string) ([]byte, error) {
	numbers := make([]uint64, 0, len(ids))
	for _, id := range ids {
		if !isHex(id, 16) {
			return nil, Errorf(Invalid, "ran has the stable id %.40q; it has to be 16 lower-case hexadecimal digits", id)
		}
		n, _ := strconv.ParseUint(id, 16, 64) // isHex has seen all digits
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	packed := make([]byte, 0, len(numbers)*idBytes)
	for _, n := range numbers {
		packed = binary.BigEndian.AppendUint64(packed, n)
	}
	return packed, nil
}

// mostTests is how many test runs of a module are asked what they ran.
const mostTests = 50

// Tests lists the test runs that count in a release: those of its commit first, then
// the newest ones of other commits.
func (f *Fleet) Tests(ctx context.Context, r *Release) ([]TestRun, error) {
	service, err := f.store.Service(ctx, r.ServiceID)
	if err != nil {
		return nil, err
	}
	modules, err := f.modules(ctx, r)
	if err != nil {
		return nil, err
	}
	var list []TestRun
	for _, module := range modules {
		runs, err := f.store.Tests(ctx, module, r.Commit, mostTests)
		if err != nil {
			return nil, err
		}
		list = append(list, slices.DeleteFunc(runs, func(run TestRun) bool { return !run.Counts(service.Labels) })...)
	}
	slices.SortStableFunc(list, func(a, b TestRun) int {
		same := func(t TestRun) int { return map[bool]int{true: 0, false: 1}[t.Commit == r.Commit] }
		return cmp.Or(cmp.Compare(same(a), same(b)), b.At.Compare(a.At))
	})
	return list, nil
}

// TestHits returns the stable ids that a test run ran, in ascending order.
func (f *Fleet) TestHits(ctx context.Context, run string) ([]string, error) {
	packed, err := f.store.TestHits(ctx, run)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(packed)/idBytes)
	for id := range slices.Chunk(packed, idBytes) {
		ids = append(ids, hex.EncodeToString(id))
	}
	return ids, nil
}

// modules lists the modules that a release's own points are in, sorted.
func (f *Fleet) modules(ctx context.Context, r *Release) ([]string, error) {
	builds, err := f.store.Builds(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range builds {
		m, err := f.Manifest(ctx, builds[i].Manifest)
		if err != nil {
			continue // it has not arrived, or there is none
		}
		for j := range m.Packages {
			if p := &m.Packages[j]; p.ModuleVersion == "" && p.Module != "" {
				seen[p.Module] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}
