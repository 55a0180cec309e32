package a

import (
	"fmt"
	"goat" // want `import "goat" is used by leftover \+goat: blocks alone`
)

func f(x bool) int {
	// It stays.
	// +goat:generate // want `leftover block \+goat:generate of a source-patching tool$`
	// +goat:tips: do not edit the block between the +goat comments
	goat.Track(goat.TRACK_ID_1)
	// +goat:end
	if x {
		// +goat:delete // want `leftover block \+goat:delete`
		goat.Track(goat.TRACK_ID_1)
		// +goat:end
	}
	// +goat:insert
	fmt.Println(x) // +goat:insert
	return 1
}

func main() {
	// +goat:main // want `leftover block \+goat:main`
	// +goat:tips: do not edit the block between the +goat comments
	goat.ServeHTTP(goat.COMPONENT_0)
	// +goat:end
	fmt.Println("it's +goat:generate")
}

func shared() {
	fmt.Println(1) /* +goat:generate */ /* want `leftover block \+goat:generate` */ ; goat.Track(1) // +goat:end
	fmt.Println(2)
}

func alone() {
	fmt.Println(1) // +goat:tips: no block // want `leftover comment \+goat:tips`
	// +goat:end // want `leftover comment \+goat:end`
}
