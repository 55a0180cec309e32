package compare

// similarPairs limits how many pairs of units are compared by their words.
const similarPairs = 1 << 16

// words numbers the names, literals and keywords of units. Brackets and
// operators are left out, because most units have the same ones.
func (t *text) words(ids map[lexeme]int, from, to int) [][]int {
	list := make([][]int, to-from)
	for i := range list {
		t.units[from+i].each(func(k int) {
			if l := t.tokens[k]; l.names() {
				list[i] = append(list[i], number(ids, l))
			}
		})
	}
	return list
}

func number(ids map[lexeme]int, l lexeme) int {
	word := lexeme{kind: l.kind, text: l.text}
	id, ok := ids[word]
	if !ok {
		id = len(ids)
		ids[word] = id
	}
	return id
}

func (t *text) numbers(ids map[lexeme]int, u *unit) []int {
	var list []int
	u.each(func(i int) { list = append(list, number(ids, t.tokens[i])) })
	return list
}

// likeness is 1000 if a and b hold the same words, 250 if they share half of
// them, and 0 if they share less. count is passed on to shared.
func likeness(a, b []int, count []int) int {
	share := 2000 * len(shared(a, b, count)) / max(1, len(a)+len(b))
	if share < 500 {
		return 0
	}
	return share * share / 1000 // one equal unit weighs more than two half equal ones
}

// shared returns the numbers that are in both a and b, each as often as both
// have it. count must hold a zero for each number, and does so again
// afterwards.
func shared(a, b []int, count []int) []int {
	for _, id := range a {
		count[id]++
	}
	var both []int
	for _, id := range b {
		if count[id] > 0 {
			count[id]--
			both = append(both, id)
		}
	}
	for _, id := range a {
		count[id] = 0
	}
	return both
}
