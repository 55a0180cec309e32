package c // want package:`component.c 2.`

func C() {
	if true {
		C() /*+*/
	}
	C() /*+*/
}
