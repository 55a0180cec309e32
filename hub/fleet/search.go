package fleet

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Found is what a search found, up to so many of each.
type Found struct {
	Services []Service
	Releases []FoundRelease
	Code     []FoundCode
	// Partly says that not all code was looked at: there was no time for the rest.
	Partly bool
}

// FoundRelease is a release whose commit, branch or version was looked for.
type FoundRelease struct {
	Service Service
	Release ReleaseView
}

// FoundCode is a function, or a file where Func is "", of a release's points.
type FoundCode struct {
	Service Service
	Release Release
	File    string
	Func    string
	Line    int
	Counted bool // known of the func report, not of points
}

// Bounds of a search.
const (
	mostFound    = 50
	mostSearched = 2 * time.Second
)

// Search looks for a text in the names of services, in commits, branches and
// versions, and in the functions and files of the newest release of each service,
// whatever its case. sees says which services are looked at; nil is all.
func (f *Fleet) Search(ctx context.Context, text string, sees func(Labels) bool) (*Found, error) {
	views, err := f.Overview(ctx, sees)
	if err != nil {
		return nil, err
	}
	text = strings.ToLower(strings.TrimSpace(text))
	found := &Found{}
	if text == "" {
		return found, nil
	}
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	for i := range views {
		v := &views[i]
		if len(found.Services) < mostFound && (has(v.Name()) || has(v.Main) || has(v.Cluster)) {
			found.Services = append(found.Services, v.Service)
		}
		for j := range v.Releases {
			r := &v.Releases[j]
			if len(found.Releases) < mostFound && (strings.HasPrefix(strings.ToLower(r.Revision), text) || has(r.Branch) || has(r.Version)) {
				found.Releases = append(found.Releases, FoundRelease{v.Service, *r})
			}
		}
	}
	end := time.Now().Add(mostSearched)
	for i := range views {
		if len(views[i].Releases) == 0 {
			continue
		}
		if len(found.Code) >= mostFound || time.Now().After(end) {
			found.Partly = true
			break
		}
		if err := f.searchCode(ctx, found, &views[i], has); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// searchCode looks at the newest release of a service: at its points, and at the
// func report of its latest measurement.
func (f *Fleet) searchCode(ctx context.Context, found *Found, v *ServiceView, has func(string) bool) error {
	release := &v.Releases[0]
	add := func(file, fn string, line int, counted bool) {
		code := FoundCode{Service: v.Service, Release: release.Release, File: file, Func: fn, Line: line, Counted: counted}
		if !has(fn) && !has(file) || len(found.Code) >= mostFound {
			return
		}
		if !slices.ContainsFunc(found.Code, func(c FoundCode) bool {
			return c.Release.ID == code.Release.ID && c.File == file && c.Func == fn
		}) {
			found.Code = append(found.Code, code)
		}
	}
	builds, err := f.store.Builds(ctx, release.ID)
	if err != nil {
		return err
	}
	for _, b := range builds {
		if b.Manifest == "" {
			continue
		}
		m, err := f.Manifest(ctx, b.Manifest)
		if err != nil {
			continue // it has not arrived
		}
		for i := range m.Packages {
			for _, p := range m.Packages[i].Points {
				add(p.File, p.Func, p.Line, false)
			}
		}
	}
	if release.Cover == nil || release.Cover.File == "" {
		return nil
	}
	text, err := f.File(ctx, TextReport(release.Cover.File))
	if err != nil {
		return nil // an older hub has kept no report beside it
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] == "total:" {
			continue
		}
		if file, number, ok := strings.Cut(strings.TrimSuffix(fields[0], ":"), ":"); ok {
			n := 0
			for _, c := range number {
				n = 10*n + int(c-'0')
			}
			add(file, fields[1], n, true)
		}
	}
	return nil
}
