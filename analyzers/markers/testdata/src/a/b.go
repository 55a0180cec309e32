package a

import "goat"

func g(x bool) {
	// +goat:generate // want `leftover block \+goat:generate of a source-patching tool has no \+goat:end; remove it by hand`
	goat.Track(1)
	// +goat:user // want `leftover block \+goat:user of a source-patching tool$`
	if x {
		// +goat:end
	}
}
