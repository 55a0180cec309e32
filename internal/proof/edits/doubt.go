package edits

import (
	"slices"
	"strings"
)

// sureBlocks says for a file's units whether it is certain which of the base's
// blocks they are in, as far as headers got another text. It is not certain
//
//   - if an edited header has passed something equal: which of the two has kept
//     its place is open, and with a header all that is in its blocks leaves them.
//   - if a header that is gone, or edited, and a new one are alike: the old one may
//     as well have become that one, and what only the one or the other has around
//     it has then come or left.
func sureBlocks(then, now *Source) []bool {
	known := make([]bool, len(now.Units))
	if then == nil {
		return known
	}
	doubtful := doubtful(then, now)
	clear := func(s *Source, u Unit) bool {
		return !slices.ContainsFunc(u.Around, func(p Place) bool { return doubtful[s.ids[p.Unit]] })
	}
	for i, u := range now.Units {
		o := slices.Index(then.ids, now.ids[i])
		known[i] = clear(now, u) && (o < 0 || clear(then, then.Units[o]))
	}
	return known
}

// doubtful returns the IDs of the headers of both sides that may be other ones.
func doubtful(then, now *Source) map[int]bool {
	ids := make(map[int]bool)
	edited := false
	was := make([]int, len(now.ids)) // what the edited headers were
	for i, id := range now.ids {
		was[i] = none
		if o := slices.Index(then.ids, id); o >= 0 && now.Units[i].header() && now.Units[i].Text != then.Units[o].Text {
			was[i], edited = o, true
		}
	}
	if edited {
		inPlace := settledEdits(then.Units, now.Units, was)
		for i, o := range was {
			ids[now.ids[i]] = o != none && !inPlace[i]
		}
	}
	for o, g := range then.Units {
		if j := slices.Index(now.ids, then.ids[o]); !g.header() || j >= 0 && now.Units[j].Text == g.Text {
			continue
		}
		for i, n := range now.Units {
			if n.header() && !slices.Contains(then.ids, now.ids[i]) && alike(g.Text, n.Text) {
				ids[then.ids[o]], ids[now.ids[i]] = true, true
			}
		}
	}
	return ids
}

// alike reports whether a header may have become another one: both are of the same
// kind and share a third of their words.
func alike(a, b string) bool {
	v, w := strings.Fields(strings.TrimPrefix(a, "else ")), strings.Fields(strings.TrimPrefix(b, "else "))
	if v[0] != w[0] {
		return false
	}
	names := func(words []string) []string {
		return slices.DeleteFunc(words, func(w string) bool { return !strings.ContainsFunc(w, letter) })
	}
	v, w = names(v), names(w)
	both := 0
	for _, word := range v {
		if i := slices.Index(w, word); i >= 0 {
			w[i] = ""
			both++
		}
	}
	return 6*both >= len(v)+len(w)
}
