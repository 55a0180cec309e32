package a

func f(x int) {
	f(1) /*+*/
	switch x {
	case 1: /*+*/
		f(2)
	}
	func() {
		f(3) /*+*/
	}()
}

// f is. /*+*/
type t struct{} /*+*/
