// errorcheck

package syntax

func before() { if x := 1; x > 0 { return }; println("ü") }

func f(a int, b { a() }
func g() { h(1, 2 }
