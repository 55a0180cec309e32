// errorcheck

package syntax

func before() { if x := 1; x > 0 { return }; println("ü") }

func f() { x := 0x; y := 1_; z := 08; w := 1e; v := 0b12 }
