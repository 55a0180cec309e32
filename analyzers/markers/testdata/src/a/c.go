package a

import "fmt"

import (
	// +goat:import // want `leftover comment \+goat:import`
	g "goat" // want `import "goat" is used`
)

func h() {
	// +goat:user // want `leftover block \+goat:user`
	g.Track(1)
	// +goat:end
	fmt.Println()
}
