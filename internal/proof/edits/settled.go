package edits

// settled says which of the new units every best alignment of the two lists
// matches with an equal one, whether the best one matches most units or most
// letters. Those that left says have none.
func settled(then, now []Unit, left func(int) bool) []bool {
	ids := make(map[string]int)
	a, b := numbered(ids, then), numbered(ids, now)
	counts, letters := make([]int, len(now)), make([]int, len(now))
	for i, u := range now {
		counts[i], letters[i] = 1, 1+u.letters()
		if left != nil && left(i) {
			b[i] = -1
		}
	}
	byCount, byLetters := always(a, b, counts), always(a, b, letters)
	for i := range byCount {
		byCount[i] = byCount[i] && byLetters[i]
	}
	return byCount
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

// always says which of the new numbers each heaviest alignment holds.
func always(then, now, weights []int) []bool {
	n, m := len(then), len(now)
	before, behind := table(n, m), table(n, m)
	for i := range n {
		for j := range m {
			best := max(before[i][j+1], before[i+1][j])
			if then[i] == now[j] {
				best = max(best, before[i][j]+weights[j])
			}
			before[i+1][j+1] = best
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best := max(behind[i][j+1], behind[i+1][j])
			if then[i] == now[j] {
				best = max(best, behind[i+1][j+1]+weights[j])
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
	return out
}

func table(n, m int) [][]int {
	cells := make([]int, (n+1)*(m+1))
	rows := make([][]int, n+1)
	for i := range rows {
		rows[i] = cells[i*(m+1) : (i+1)*(m+1)]
	}
	return rows
}
