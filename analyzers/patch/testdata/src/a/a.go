package a // want package:"points.*a.go:9 f stmt, a.go:14 f stmt, a.go:14 f then, a.go:17 f else, a.go:18 f stmt, a.go:19 f then, a.go:23 f else, a.go:28 f.func1 stmt.*"

import "b"

func f(x bool) {
	b.B()
	if x {
		b.B()
		b.B() /*+*/ // want `tracking point: run of changed lines 9-10`
		b.B() /*+*/

		b.C()
		return
	} else if !x { /*+*/ // want `tracking point: run of changed line 14` `then branch of a changed header`
		b.B()
		return
	} // want `else branch of a changed header`
	b.B()   /*+*/ // want `run of changed lines 18-19`
	if !x { /*+*/ // want `then branch with changed lines 20, 22`
		b.B() /*+*/
		// note
		b.B() /*+*/
	} // want `else branch of a changed header`
	go func() {
		switch {
		case x:
		default:
			b.B() /*+*/ // want `run of changed line 28`
		}
	}()
}
