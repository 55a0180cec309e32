package edits

// settled says which of the new units every best alignment of the two lists matches
// with an equal one. The best alignment may be the one that matches the most units,
// or the most letters. Units for which left is true have no match.
func settled(then, now []Unit, left func(int) bool) []bool {
	a := aligned(then, now)
	for j := range now {
		if left != nil && left(j) {
			a.now[j] = none
		}
	}
	return a.always()
}

// settledEdits does the same for edited units: was says what they were, and is none
// for the others. Equal units come first; edited ones are matched between them.
func settledEdits(then, now []Unit, was []int) []bool {
	a := aligned(then, now)
	a.was = was
	return a.always()
}

// none is the index of a unit that does not exist.
const none = -1

// alignment is the input for aligning two lists.
type alignment struct {
	then, now []int // equal texts have equal numbers
	letters   []int // of the new units
	was       []int // by new unit, the old one that matches it with another text; nil if there are none
	fits      func(i, j int) bool
}

func aligned(then, now []Unit) alignment {
	ids := make(map[string]int)
	a := alignment{then: numbered(ids, then), now: numbered(ids, now), letters: make([]int, len(now))}
	a.fits = func(int, int) bool { return true }
	for j, u := range now {
		a.letters[j] = u.letters()
	}
	return a
}

// always says which of the new units every best alignment contains.
func (a alignment) always() []bool {
	byCount, _ := a.inAll(one)
	byLetters, _ := a.inAll(a.size)
	return both(byCount, byLetters)
}

func one(int) int { return 1 }

func (a alignment) size(j int) int { return 1 + a.letters[j] }

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range out {
		out[i] = a[i] && b[i]
	}
	return out
}

// numbered gives equal texts equal numbers.
func numbered(ids map[string]int, units []Unit) []int {
	numbers := make([]int, len(units))
	for i, u := range units {
		id, ok := ids[u.Text]
		if !ok {
			id = len(ids)
			ids[u.Text] = id
		}
		numbers[i] = id
	}
	return numbers
}

// equal is how much more an equal unit weighs than an edited one.
const equal = 1 << 10

// inAll says which of the new units every heaviest alignment contains, and returns
// its weight.
func (a alignment) inAll(weight func(j int) int) ([]bool, int) {
	n, m := len(a.then), len(a.now)
	weighs := func(i, j int) int {
		switch {
		case a.then[i] == a.now[j] && a.fits(i, j):
			return equal * weight(j)
		case a.was != nil && a.was[j] == i:
			return 1
		}
		return 0
	}
	before, behind := table(n, m), table(n, m)
	for i := range n {
		for j := range m {
			best := max(before[i][j+1], before[i+1][j])
			if w := weighs(i, j); w > 0 {
				best = max(best, before[i][j]+w)
			}
			before[i+1][j+1] = best
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best := max(behind[i][j+1], behind[i+1][j])
			if w := weighs(i, j); w > 0 {
				best = max(best, behind[i+1][j+1]+w)
			}
			behind[i][j] = best
		}
	}
	out := make([]bool, m)
	for j := range m {
		without := 0
		for i := range n + 1 {
			without = max(without, before[i][j]+behind[i][j+1])
		}
		out[j] = without < before[n][m]
	}
	return out, before[n][m]
}

func table(n, m int) [][]int {
	cells := make([]int, (n+1)*(m+1))
	rows := make([][]int, n+1)
	for i := range rows {
		rows[i] = cells[i*(m+1) : (i+1)*(m+1)]
	}
	return rows
}
