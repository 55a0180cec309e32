package b // want package:`component.c 2.`

import "c"

func B() { c.C() }
