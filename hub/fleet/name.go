package fleet

import (
	"context"
	"strings"
)

// Name is what a goc service's name says: env_region_apptype_app_branch_commit.
type Name struct {
	Labels
	Branch string
	Commit string
}

// ParseName takes a service's name apart. The environment stands first, the region
// second, the commit last and the branch before it; with six parts and more, the
// third is the type of the application, and the rest its name, underscores
// included. The commit is 7 to 40 hexadecimal digits.
//
// goc lets any text be a name. One that is not of this form is short: all of it is
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

// shortCommit is how many digits of a commit stand in a name, as in those of goc's
// services.
const shortCommit = 10

// GocName is the name that a release has where services are told apart by goc's
// names. It is what its agents registered, for those that gave a name.
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

// ByName finds the release that a goc service's name means: the one that has
// this GocName; else the newest release of the service with these labels whose
// commit begins as the name says, or the newest one where the name has no commit.
// sees says which services are looked at; nil is all.
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
