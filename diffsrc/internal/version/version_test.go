package version

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOf(t *testing.T) {
	tests := []struct {
		name, tags, dir, want string // want in order
	}{
		{"semver", "v1.10.0 v1.9.0 v1.2 v1 latest nightly-1 release-1.2.3 v1.10.0-rc.1", "", "v1.9.0 v1.10.0-rc.1 v1.10.0"},
		{"without a v only where there is none", "1.3.0 v1.2.0", "", "v1.2.0"},
		{"without a v", "1.10.0 1.9.0 1.10.0-rc.2 1.10.0-rc.10 1.2", "", "1.2 1.9.0 1.10.0-rc.2 1.10.0-rc.10 1.10.0"},
		{"calendar", "2026.11.02 2026.9.30 2025.12.1 2026.11.02-1", "", "2025.12.1 2026.9.30 2026.11.02-1 2026.11.02"},
		{"dates", "2026-02-01 2025-12-31", "", "2025-12-31 2026-02-01"},
		{"year and month", "26.04 25.10 26.04.1", "", "25.10 26.04 26.04.1"},
		{"of a module", "v2.0.0 sub/v0.3.0 sub/v0.2.0 other/v0.9.0", "sub", "sub/v0.2.0 sub/v0.3.0"},
		{"of a module without tags", "v2.0.0 other/v0.9.0", "sub", "v2.0.0"},
		{"of a module, without a v", "v2.0.0 sub/0.3.0", "sub", "sub/0.3.0"},
		{"labels", "v1.2.0+build.7", "", "v1.2.0+build.7"},
		{"no versions", "latest 1 v1 20261129 a.b.c 1..2", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			versions := Of(strings.Fields(test.tags), test.dir)
			slices.SortFunc(versions, Compare)
			var got []string
			for _, v := range versions {
				got = append(got, v.Tag)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestPrevious(t *testing.T) {
	tests := []struct {
		name, tag      string
		earlier, other string // tags in its history, and other tags
		want           string // "" for none
	}{
		{"patch", "v2.14.5", "v2.14.4 v2.14.3 v2.13.9", "v2.15.0 v3.0.0", "v2.14.4"},
		{"patch on no branch", "v2.14.5", "v2.13.0", "v2.14.4 v2.15.0", "v2.14.4"},
		{"minor", "v2.15.0", "v2.14.0 v2.13.0", "v2.14.1 v2.14.5", "v2.14.0"},
		{"minor without a history", "v2.15.0", "", "v2.14.1 v2.14.5 v2.16.0", "v2.14.5"},
		{"major", "v3.0.0", "v2.14.0", "", "v2.14.0"},
		{"release behind its candidates", "v1.4.0", "v1.4.0-rc.2 v1.4.0-rc.1 v1.3.2", "", "v1.3.2"},
		{"release with candidates alone", "v1.0.0", "v1.0.0-rc.2 v1.0.0-rc.10", "", "v1.0.0-rc.10"},
		{"candidate", "v1.4.0-rc.2", "v1.4.0-rc.1 v1.3.2", "v1.4.0", "v1.4.0-rc.1"},
		{"first candidate", "v1.4.0-rc.1", "v1.3.2 v1.3.0-rc.1", "v1.4.0", "v1.3.2"},
		{"candidate of a patch", "v1.3.3-rc.1", "v1.3.2", "v1.4.0", "v1.3.2"},
		{"first", "v0.1.0", "", "v0.2.0", ""},
		{"label is no version of its own", "v1.2.0+b", "v1.2.0 v1.1.0", "", "v1.1.0"},
		{"calendar", "2026.11.2", "2026.10.9 2025.1.1", "2026.12.1", "2026.10.9"},
		{"calendar, within a month", "2026.11.2", "2026.11.1 2026.10.9", "", "2026.11.1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			earlier := strings.Fields(test.earlier)
			versions := Of(append(append([]string{test.tag}, earlier...), strings.Fields(test.other)...), "")
			at := slices.IndexFunc(versions, func(v Version) bool { return v.Tag == test.tag })
			found, _ := Previous(versions[at], versions, func(v Version) bool { return slices.Contains(earlier, v.Tag) })
			if found.Tag != test.want {
				t.Errorf("got %q, want %q", found.Tag, test.want)
			}
		})
	}
}
