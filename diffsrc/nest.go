package diffsrc

import "slices"

// nested joins the regions of code that was put into a block, or taken out of
// one. Its indentation is another, and git takes some closing brace for one of
// another block, so that hunks end there and the code behind it looks new.
// What is joined is the same code: one side has all that the other one has,
// which is not so region by region.
func (a *alignment) nested(list []region) []region {
	a.reach(list)
	var out []region
	for i := 0; i < len(list); {
		whole, next := list[i], i+1
		for ; next < len(list) && list[next].o0 == whole.o1 && list[next].n0 == whole.n1; next++ {
			whole = whole.joined(list[next])
		}
		if better(a.gained, whole, list[i:next]) || better(a.lost, whole, list[i:next]) {
			out = append(out, whole)
		} else {
			out = append(out, list[i:next]...)
		}
		i = next
	}
	return out
}

// reach lets each region take in the brackets and keywords behind it, which a
// line of another block may have, too.
func (a *alignment) reach(list []region) {
	for i := range list {
		r, old, new := &list[i], len(a.old), len(a.new)
		if i+1 < len(list) {
			old, new = list[i+1].o0, list[i+1].n0
		}
		for r.o1 < old && r.n1 < new && a.old[r.o1].same(a.new[r.n1]) && !a.old[r.o1].kind.IsLiteral() {
			r.o1, r.n1 = r.o1+1, r.n1+1
		}
	}
}

// better reports whether a whole only gained or only lost tokens, as kept
// says, and one of its parts did not.
func better(kept func(region) bool, whole region, parts []region) bool {
	return kept(whole) && slices.ContainsFunc(parts, func(r region) bool { return !kept(r) })
}

func (a *alignment) gained(r region) bool { return subsequence(a.old[r.o0:r.o1], a.new[r.n0:r.n1]) }

func (a *alignment) lost(r region) bool { return subsequence(a.new[r.n0:r.n1], a.old[r.o0:r.o1]) }

// subsequence reports whether all of a stands in b in the same order,
// separators aside.
func subsequence(a, b []lexeme) bool {
	for _, l := range b {
		for len(a) > 0 && a[0].separator() {
			a = a[1:]
		}
		if len(a) > 0 && a[0].same(l) {
			a = a[1:]
		}
	}
	for len(a) > 0 && a[0].separator() {
		a = a[1:]
	}
	return len(a) == 0
}
