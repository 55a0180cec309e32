package fleet

import (
	"context"
	"strings"
)

// Name holds the parts of a goc service's name:
// env_region_apptype_app_branch_commit.
type Name struct {
	Labels
	Branch string
	Commit string
}

// ParseName splits a service's name. The environment is first, the region
// second, the commit last and the branch before it. If there are six or more
// parts, the third is the application's type. The rest is the application's
// name, which may contain underscores. The commit has 7 to 40 hexadecimal
// digits.
//
// goc accepts any text as a name. If a name is not of this form, all of it is
// the application's name, and parts is false.
func ParseName(name string) (n Name, parts bool) {
	list := strings.Split(name, "_")
	last := len(list) - 1
	if last < 4 || !isCommit(list[last]) {
		return Name{Labels: Labels{App: name}}, false
	}
	n = Name{Labels: Labels{Env: list[0], Region: list[1]}, Branch: strings.TrimPrefix(list[last-1], "origin/"), Commit: list[last]}
	app := list[2 : last-1]
	if len(app) > 1 {
		n.AppType, app = app[0], app[1:]
	}
	n.App = strings.Join(app, "_")
	if n.App == "" {
		return Name{Labels: Labels{App: name}}, false
	}
	return n, true
}

func isCommit(s string) bool { return len(s) >= 7 && len(s) <= 40 && isHex(s, len(s)) }

// shortCommit is how many digits of a commit are in a name, as in the names of
// goc's services.
const shortCommit = 10

// GocName returns a release's name in goc's form: the name that its agents
// registered, or one made from labels and release.
func GocName(l Labels, r *Release) string {
	name := l.Name()
	if r.Commit == "" {
		return name
	}
	for _, part := range []string{r.Branch, r.Commit[:min(len(r.Commit), shortCommit)]} {
		if part != "" {
			name += "_" + part
		}
	}
	if r.Dirty {
		name += "-dirty"
	}
	return name
}

// ByName finds the release that a goc service's name refers to: the one that
// has this GocName, or else the newest release of the service with these labels
// whose commit begins as the name says (if the name has no commit, the newest
// release). sees filters services; nil accepts all.
func (f *Fleet) ByName(ctx context.Context, name string, sees func(Labels) bool) (Service, Release, error) {
	services, err := f.store.Services(ctx)
	if err != nil {
		return Service{}, Release{}, err
	}
	parsed, parts := ParseName(name)
	for _, s := range services {
		l := s.Labels
		l.Cluster, l.Main = "", ""
		if l != parsed.Labels && s.Name() != name && !strings.HasPrefix(name, s.Name()+"_") || sees != nil && !sees(s.Labels) {
			continue
		}
		releases, err := f.store.Releases(ctx, s.ID)
		if err != nil {
			return Service{}, Release{}, err
		}
		for _, r := range releases {
			named := parts && r.Commit != "" && strings.HasPrefix(r.Commit, parsed.Commit) && l == parsed.Labels
			if GocName(s.Labels, &r) == name || named || s.Name() == name {
				return s, r, nil
			}
		}
	}
	return Service{}, Release{}, Errorf(NotFound, "no service has the name %.200q", name)
}
