// errorcheck

package syntax

func before() { if x := 1; x > 0 { return }; println("ü") }

func f() { switch x { y(); case 1: z(); default: ; default: } }
