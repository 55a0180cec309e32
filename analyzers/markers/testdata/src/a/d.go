package a

import (
	g "goat" // want `import "goat" is used`
)

func i() {
	switch {
	case true: // +goat:generate // want `leftover block \+goat:generate`
		g.Track(1)
		// +goat:end
	default:
		i() // mine
		// mine too
		/* +goat:generate */ /* want `leftover block \+goat:generate` */ g.Track(1) /* +goat:end */
		// and mine
		i()
	}
}
