package compare

import (
	"slices"
	"sort"
)

const (
	tableCells = 1 << 18 // with more pairs of units, they are not weighed one by one
	unitEdits  = 2000    // with more edits, only units that occur once are paired
)

// longest returns a longest common subsequence. If the sequences are short, it
// is the one with the greatest weight.
func longest(a, b []int, weight func(i int) int) []match {
	head := 0
	var list []match
	for head < len(a) && head < len(b) && a[head] == b[head] {
		list = append(list, match{head, head})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for _, m := range middle(a[head:len(a)-tail], b[head:len(b)-tail], func(i int) int { return weight(i + head) }) {
		list = append(list, match{m.a + head, m.b + head})
	}
	for ; tail > 0; tail-- {
		list = append(list, match{len(a) - tail, len(b) - tail})
	}
	return list
}

func middle(a, b []int, weight func(i int) int) []match {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	if len(a)*len(b) <= tableCells {
		return heaviest(len(a), len(b), func(i, j int) int {
			if a[i] != b[j] {
				return 0
			}
			return weightOf(weight(i))
		})
	}
	if list, ok := common(a, b, unitEdits); ok {
		return list
	}
	return byUnique(a, b, weight)
}

// heaviest returns the common subsequence of n and m elements with the greatest
// sum of weights. Elements whose weight is 0 are not paired.
func heaviest(n, m int, weight func(i, j int) int) []match {
	best := make([]int, (n+1)*(m+1)) // best sum from elements i and j on
	at := func(i, j int) *int { return &best[i*(m+1)+j] }
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			b := max(*at(i+1, j), *at(i, j+1))
			if w := weight(i, j); w > 0 {
				b = max(b, w+*at(i+1, j+1))
			}
			*at(i, j) = b
		}
	}
	var list []match
	for i, j := 0, 0; i < n && j < m; {
		w := weight(i, j)
		switch {
		case w > 0 && *at(i, j) == w+*at(i+1, j+1):
			list = append(list, match{i, j})
			i, j = i+1, j+1
		case *at(i, j) == *at(i+1, j):
			i++
		default:
			j++
		}
	}
	return list
}

// byUnique pairs elements that occur once on both sides and are in order, and
// then what is between them ("patience diff").
func byUnique(a, b []int, weight func(i int) int) []match {
	seen := make(map[int][2]int) // by id, how often it occurs in a and in b
	for _, id := range a {
		c := seen[id]
		seen[id] = [2]int{c[0] + 1, c[1]}
	}
	where := make(map[int]int)
	for j, id := range b {
		c := seen[id]
		seen[id] = [2]int{c[0], c[1] + 1}
		where[id] = j
	}
	var unique []match
	for i, id := range a {
		if seen[id] == [2]int{1, 1} {
			unique = append(unique, match{i, where[id]})
		}
	}
	unique = increasing(unique)
	if len(unique) == 0 {
		return nil
	}
	var list []match
	i, j := 0, 0
	for _, m := range append(unique, match{len(a), len(b)}) {
		for _, inner := range longest(a[i:m.a], b[j:m.b], func(k int) int { return weight(i + k) }) {
			list = append(list, match{inner.a + i, inner.b + j})
		}
		if m.a < len(a) {
			list = append(list, m)
		}
		i, j = m.a+1, m.b+1
	}
	return list
}

// increasing returns the longest part of list in which b increases; a increases
// in all of list.
func increasing(list []match) []match {
	var piles []int // by length, the index of the last match of the best part
	before := make([]int, len(list))
	for k, m := range list {
		p := sort.Search(len(piles), func(p int) bool { return list[piles[p]].b >= m.b })
		before[k] = none
		if p > 0 {
			before[k] = piles[p-1]
		}
		if p == len(piles) {
			piles = append(piles, k)
		} else {
			piles[p] = k
		}
	}
	var out []match
	if len(piles) > 0 {
		for k := piles[len(piles)-1]; k != none; k = before[k] {
			out = append(out, list[k])
		}
	}
	slices.Reverse(out)
	return out
}

// weightOf weighs a pair so that the number of pairs counts first and their
// text second.
func weightOf(score int) int { return 1<<20 + min(score, 1<<10) }
