package trace

// dependences returns for each node of a graph the branches that it depends on. Each
// node must have a way to the end.
func dependences(successors [][]int, end int) [][]int {
	dominator := postDominators(successors, end)
	on := make([][]int, len(successors))
	for branch, sides := range successors {
		if len(sides) < 2 {
			continue
		}
		for _, side := range sides {
			for n := side; n != dominator[branch] && n >= 0; n = dominator[n] {
				if k := len(on[n]); k == 0 || on[n][k-1] != branch {
					on[n] = append(on[n], branch)
				}
			}
		}
	}
	return on
}

// postDominators returns for each node the nearest other one that is on all its ways
// to the end, -1 for the end. It is the algorithm of Cooper, Harvey and Kennedy ("A
// Simple, Fast Dominance Algorithm") on the reversed graph.
func postDominators(successors [][]int, end int) []int {
	order, place := backwards(successors, end)
	dominator := make([]int, len(successors))
	for n := range dominator {
		dominator[n] = -1
	}
	dominator[end] = end
	meet := func(a, b int) int {
		for a != b {
			for place[a] > place[b] {
				a = dominator[a]
			}
			for place[b] > place[a] {
				b = dominator[b]
			}
		}
		return a
	}
	for changed := true; changed; {
		changed = false
		for _, n := range order[1:] {
			nearest := -1
			for _, s := range successors[n] {
				if dominator[s] < 0 {
					continue
				}
				if nearest < 0 {
					nearest = s
				} else {
					nearest = meet(nearest, s)
				}
			}
			if dominator[n] != nearest {
				dominator[n], changed = nearest, true
			}
		}
	}
	dominator[end] = -1
	return dominator
}

// backwards returns the nodes in reverse postorder of the reversed graph, from the
// end, and each one's place in it.
func backwards(successors [][]int, end int) (order, place []int) {
	before := make([][]int, len(successors))
	for n, list := range successors {
		for _, s := range list {
			before[s] = append(before[s], n)
		}
	}
	type visit struct{ node, next int }
	seen := make([]bool, len(successors))
	seen[end] = true
	stack := []visit{{end, 0}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == len(before[top.node]) {
			order = append(order, top.node)
			stack = stack[:len(stack)-1]
			continue
		}
		n := before[top.node][top.next]
		top.next++
		if !seen[n] {
			seen[n] = true
			stack = append(stack, visit{n, 0})
		}
	}
	place = make([]int, len(successors))
	for i, j := 0, len(order)-1; i < j; i, j = i+1, j-1 {
		order[i], order[j] = order[j], order[i]
	}
	for i, n := range order {
		place[n] = i
	}
	return order, place
}
