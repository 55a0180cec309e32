package a // want package:"points.a.go:4 F func, a.go:6 F.func1 func, a.go:14 g manual."

// F does.
func F(x bool) { // want `entry of a function with changed lines 5, 9`
	if x { /*+*/
		func() { // want `entry of a function with changed line 7`
			F(false) /*+*/
		}()
		F(false) /*+*/
	}
}

func g() {
	// +goat:insert // want "asked for"
	F(false)
}
