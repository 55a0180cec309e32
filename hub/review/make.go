package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/internal/coverage"
)

// maker makes reviews.
type maker struct {
	fleet *fleet.Fleet
	judge *judge.Judge
	facts *library
}

// make merges what the instances of a release ran.
func (r *maker) make(ctx context.Context, release string, key uint64) (*Review, error) {
	begin := time.Now()
	v := &Review{key: key, Last: -1, pods: map[*coverage.Process]int{}}
	var err error
	if v.Release, err = r.fleet.Release(ctx, release); err != nil {
		return nil, err
	}
	if v.Service, err = r.fleet.Service(ctx, v.Release.ServiceID); err != nil {
		return nil, err
	}
	c, err := r.fleet.Coverage(ctx, release)
	if err != nil {
		return nil, err
	}
	v.Waiting = c.Waiting
	if n := len(c.Waiting); n > 0 {
		v.note("%s of its builds %s not arrived: their instances are left out.", plural(n, "manifest", "manifests"), has(n))
	}
	if c.Release != nil {
		instances, err := r.fleet.Instances(ctx, release)
		if err != nil {
			return nil, err
		}
		v.merged, v.Base, v.BaseCommit = c.Release, c.Build.Base, c.Build.BaseCommit
		said, err := r.saidErrorPaths(ctx, release)
		if err != nil {
			return nil, err
		}
		if v.Judged, err = r.judge.Judged(ctx, release, c); err != nil {
			return nil, err
		}
		v.addPoints(c, said)
		v.hits = v.findHits()
		v.addPods(instances)
		v.noteBases(c)
		v.wanted = r.facts.wanted(v)
	}
	v.Made, v.took = time.Now(), time.Since(begin)
	return v, nil
}

func (v *Review) note(format string, args ...any) {
	v.Notes = append(v.Notes, fmt.Sprintf(format, args...))
}

// noteBases says which builds are left out: points that were chosen against another
// base, or at another granularity, answer another question.
func (v *Review) noteBases(c *fleet.Coverage) {
	for _, other := range c.Others {
		v.OtherBases = append(v.OtherBases, other.Build.Base)
		v.note("%s of a build that was compared with %s %s left out. These numbers are of what was compared with %s.",
			plural(len(other.Processes), "instance", "instances"), baseOf(&other.Build), are(len(other.Processes)), baseOf(&c.Build))
	}
}

// baseOf names what a build was compared with.
func baseOf(b *coverage.Build) string {
	name := cmp.Or(b.Base, "no base")
	if b.BaseCommit != "" && !strings.HasPrefix(b.BaseCommit, name) {
		name += " (" + Short(b.BaseCommit) + ")"
	}
	if b.Granularity != "" {
		name += " by " + b.Granularity
	}
	return name
}

// addPoints takes the merged points.
func (v *Review) addPoints(c *fleet.Coverage, errorPaths map[string]bool) {
	v.Points = make([]Point, len(c.Points))
	for i := range c.Points {
		from := &c.Points[i]
		p := &v.Points[i]
		*p = Point{Site: from.Site, Index: i, State: from.State(), Ran: from.Ran, Of: from.Of, Path: from.Path(), ErrorPath: errorPaths[from.StableID]}
		if hit, ok := c.Hits[from.StableID]; ok && from.Ran > 0 {
			p.First, p.FirstIn, p.Route = hit.At, hit.Instance, hit.Route
			if v.Last < 0 || p.First.After(v.Points[v.Last].First) {
				v.Last = i
			}
		}
	}
	if v.Judged.Release != nil {
		for _, judged := range v.Judged.Points {
			p := &v.Points[judged.Index]
			p.Excused, p.Tested, p.ErrorPath = judged.Excused(), judged.Tested, p.ErrorPath || judged.ErrorPath
		}
	}
	for i := range v.Points {
		v.Totals.add(&v.Points[i])
	}
}

// saidErrorPaths returns the points that a build itself says are in error paths.
func (r *maker) saidErrorPaths(ctx context.Context, release string) (map[string]bool, error) {
	builds, err := r.fleet.Builds(ctx, release)
	if err != nil {
		return nil, err
	}
	said := map[string]bool{}
	for i := range builds {
		if builds[i].Manifest == "" {
			continue
		}
		m, err := r.fleet.Manifest(ctx, builds[i].Manifest)
		if err != nil {
			continue // Coverage says that it is waited for
		}
		for j := range m.Packages {
			for k := range m.Packages[j].Points {
				if p := &m.Packages[j].Points[k]; p.ErrorPath {
					said[p.StableID] = true
				}
			}
		}
	}
	return said, nil
}

// addPods counts what each instance ran, and drops the counters: which instance ran
// which point stays known.
func (v *Review) addPods(instances []fleet.Instance) {
	byID := make(map[string]*fleet.Instance, len(instances))
	for i := range instances {
		byID[instances[i].ID] = &instances[i]
	}
	index := make(map[string]int, len(v.Points))
	for i := range v.Points {
		index[v.Points[i].StableID] = i
	}
	sharing := map[string]int{} // processes by host
	for _, process := range v.merged.Processes {
		sharing[process.Host]++
	}
	places := map[*coverage.Build][]int{}
	for _, process := range v.merged.Processes {
		at := places[process.Build]
		if at == nil {
			for i := range process.Build.Sites {
				at = append(at, index[process.Build.Sites[i].StableID])
			}
			places[process.Build] = at
		}
		pod := Pod{Name: cmp.Or(process.Host, process.Place), Points: len(at), packages: map[string]Share{}}
		if process.Host != "" && sharing[process.Host] > 1 {
			pod.Name = fmt.Sprintf("%s %d", process.Host, process.PID)
		}
		if i := byID[process.Place]; i != nil {
			pod.Instance, pod.State, pod.Seen = i.ID, i.State, i.Seen
		}
		v.count(&pod, process, at)
		v.Pods = append(v.Pods, pod)
	}
	for i, process := range v.merged.Processes {
		v.pods[process] = i
		process.Counts, process.First = nil, nil // nobody else has this merge
	}
	v.sortPods()
}

// count adds up what a process ran. Sites of a package follow each other.
func (v *Review) count(pod *Pod, process *coverage.Process, at []int) {
	var pkg string
	var share Share
	flush := func() {
		if share.Of > 0 {
			before := pod.packages[pkg]
			pod.packages[pkg] = Share{before.Ran + share.Ran, before.Of + share.Of}
		}
	}
	for site, i := range at {
		p := &v.Points[i]
		if p.Package != pkg {
			flush()
			pkg, share = p.Package, Share{}
		}
		share.Of++
		if site >= len(process.Counts) || process.Counts[site] == 0 {
			continue
		}
		share.Ran++
		pod.Ran++
		if p.Ran == 1 && p.Of > 1 {
			pod.Alone++
		}
	}
	flush()
}

// sortPods puts those first that run, and of these the ones that ran most.
func (v *Review) sortPods() {
	order := []fleet.InstanceState{fleet.Live, fleet.Unreachable, fleet.Ended, fleet.Gone, ""}
	processes := make([]*coverage.Process, len(v.Pods))
	for process, i := range v.pods {
		processes[i] = process
	}
	indexes := make([]int, len(v.Pods))
	for i := range indexes {
		indexes[i] = i
	}
	slices.SortStableFunc(indexes, func(a, b int) int {
		x, y := &v.Pods[a], &v.Pods[b]
		return cmp.Or(cmp.Compare(slices.Index(order, x.State), slices.Index(order, y.State)), cmp.Compare(y.Ran, x.Ran), cmp.Compare(x.Name, y.Name))
	})
	sorted := make([]Pod, len(v.Pods))
	for to, from := range indexes {
		sorted[to] = v.Pods[from]
		v.pods[processes[from]] = to
	}
	v.Pods = sorted
}
