package rt

// Rearm arms the points again: Again then returns those that run from now on. What
// has run stays run in every report. A flag is taken back to 0, so instrumented code
// sets it once more the next time; exact counts stay as they are. It costs about two
// nanoseconds a point, and hits cost what they always cost.
func Rearm() {
	state.mu.Lock()
	defer state.mu.Unlock()
	c := currentCatalog()
	observe(c) // a first hit is seen before its flag is taken back
	for _, p := range c.packages {
		p.rearm()
	}
}

// Again returns the ids of a generation's points that have run again since Rearm,
// each once; of another generation none.
func Again(generation int) (ids []int) {
	state.mu.Lock()
	defer state.mu.Unlock()
	c := currentCatalog()
	if c.generation != generation {
		return nil
	}
	for _, p := range c.packages {
		for i := range p.Points {
			if p.again(i) {
				ids = append(ids, p.base+i+1)
			}
		}
	}
	return ids
}
