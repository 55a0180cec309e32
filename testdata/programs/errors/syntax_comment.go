// errorcheck

package syntax

func before() { if x := 1; x > 0 { return }; println("ü") }

func f() { x() /* never ends }
