package version

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Version is a tag that names a release.
type Version struct {
	Tag     string   // as in the repository, with the directory of a module
	numbers []string // decimal digits without leading zeros
	pre     string   // "-rc.1"; "" for a release
	semver  bool     // vX.Y.Z
}

// plain matches a version without a "v": 1.2.3, 1.2.3-rc.1, and dates such as
// 2026.11, 2026.11.29 and 2026-11-29. A build label is ignored.
var plain = regexp.MustCompile(`^(\d+(?:\.\d+){1,3}|\d{4}-\d{2}-\d{2})(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// parse parses the part of a tag after a module's directory.
func parse(tag, text string) (Version, bool) {
	label, _, _ := strings.Cut(text, "+")
	if semver.IsValid(text) && semver.Canonical(text) == label {
		return Version{tag, numbers(strings.TrimSuffix(label, semver.Prerelease(text))[1:], "."), semver.Prerelease(text), true}, true
	}
	m := plain.FindStringSubmatch(text)
	if m == nil {
		return Version{}, false
	}
	separator := "."
	if !strings.Contains(m[1], separator) {
		separator = "-"
	}
	return Version{tag, numbers(m[1], separator), m[2], false}, true
}

func numbers(text, separator string) []string {
	all := strings.Split(text, separator)
	for i, n := range all {
		all[i] = cmp.Or(strings.TrimLeft(n, "0"), "0")
	}
	return all
}

// Of returns the versions among tags. dir is a module's slash-separated
// directory in its repository, or "" for the top. If the module has tags of its
// own (dir/vX.Y.Z), only these count, otherwise those of the whole repository.
// Versions without a "v" only count if no tag has one.
func Of(tags []string, dir string) []Version {
	var own, whole []Version
	for _, tag := range tags {
		if rest, ok := strings.CutPrefix(tag, dir+"/"); ok && dir != "" {
			if v, ok := parse(tag, rest); ok {
				own = append(own, v)
			}
		} else if v, ok := parse(tag, tag); ok {
			whole = append(whole, v)
		}
	}
	for _, all := range [][]Version{own, whole} {
		if len(all) > 0 {
			return preferSemver(all)
		}
	}
	return nil
}

func preferSemver(all []Version) []Version {
	isSemver := func(v Version) bool { return v.semver }
	if !slices.ContainsFunc(all, isSemver) {
		return all
	}
	return slices.DeleteFunc(all, func(v Version) bool { return !v.semver })
}

// Compare orders versions as section 11 of semver.org does, with any count of
// numbers: 1.2 is before 1.2.1.
func Compare(a, b Version) int {
	return cmp.Or(slices.CompareFunc(a.numbers, b.numbers, compareNumbers), comparePre(a.pre, b.pre), strings.Compare(a.Tag, b.Tag))
}

func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func comparePre(a, b string) int {
	return semver.Compare("v0.0.0"+a, "v0.0.0"+b)
}

// Newest returns the highest of versions, or false if there is none.
func Newest(versions []Version) (Version, bool) {
	if len(versions) == 0 {
		return Version{}, false
	}
	return slices.MaxFunc(versions, Compare), true
}

// Previous returns the version that v follows, or false if there is none. earlier
// reports which versions are in v's history.
//
//   - A pre-release follows the pre-release before it of the same version (rc.2 →
//     rc.1). The first one follows the same version as the release would.
//   - A patch release follows the release before it of the same minor version
//     (v2.14.5 → v2.14.4), in its history or not: some projects tag commits that
//     are on no branch.
//   - Any other release follows the newest release in its history. Releases made
//     from older branches in the meantime do not count. If no release is in its
//     history, it follows the newest release before it.
//
// If there is no release at all, pre-releases count instead.
func Previous(v Version, versions []Version, earlier func(Version) bool) (Version, bool) {
	before := filter(versions, func(o Version) bool { return Compare(o, v) < 0 && !v.same(o) })
	releases := filter(before, func(o Version) bool { return o.pre == "" })
	groups := [][]Version{
		filter(releases, v.sameMinor),
		filter(releases, earlier),
		releases,
		filter(before, earlier),
		before,
	}
	if v.pre != "" {
		own := filter(before, func(o Version) bool { return slices.Equal(o.numbers, v.numbers) })
		groups = append([][]Version{own}, groups...)
	}
	for _, group := range groups {
		if found, ok := Newest(group); ok {
			return found, true
		}
	}
	return Version{}, false
}

// same reports whether two tags name the same version, as v1.2.0 and
// v1.2.0+label do.
func (v Version) same(o Version) bool { return slices.Equal(v.numbers, o.numbers) && v.pre == o.pre }

// sameMinor reports whether both have the same minor version. For dates it is
// the day: 2026.11.2 follows 2026.11.1.
func (v Version) sameMinor(o Version) bool {
	return len(v.numbers) > 2 && len(o.numbers) > 2 && slices.Equal(v.numbers[:2], o.numbers[:2])
}

func filter(versions []Version, keep func(Version) bool) []Version {
	var found []Version
	for _, v := range versions {
		if keep(v) {
			found = append(found, v)
		}
	}
	return found
}
