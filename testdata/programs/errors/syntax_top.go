// errorcheck

package syntax

func before() { if x := 1; x > 0 { return }; println("ü") }

x := 1
func f() { }
if true { }
