package main // want package:`component.c 2, m 1.` `component m: 3 tracking points in 2 packages`

import (
	"b"
	_ "d"
)

func main() {
	b.B() /*+*/
}
