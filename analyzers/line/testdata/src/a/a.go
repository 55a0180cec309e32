package a // want package:"points.a.go:4 f stmt, a.go:5 f stmt, a.go:8 f stmt, a.go:9 f case, a.go:10 f case, a.go:12 f default, a.go:14 f.func1 stmt."

func f(x int) {
	f(x) /*+*/ // want `run of changed line 4`
	f( // want `run of changed line 6`
		1, /*+*/
	)
	switch x { /*+*/ // want `run of changed line 8`
	case 1: // want `case of a changed header`
	case 2: /*+*/ // want `case with changed lines 10-11`
		f(x) /*+*/
	} // want `default of a changed header`
	defer func() {
		f(0); f(1) /*+*/ // want `run of changed line 14`
	}()
}
