package a // want package:"points.a.go:3 f func, a.go:6 f stmt, a.go:8 f loop, a.go:12 init.func1 func."

func f(x []int) { // want `entry of a function with changed line 4`
	f(nil) /*+*/
	if x == nil { return }
	f(nil) // want `run of changed line 7`
	f(nil) /*+*/
	for range x { // want `loop body with changed line 9`
		f(nil) /*+*/
	}
}
var v = func() { // want `entry of a function with changed line 14`
	_ = v2
	v2++ /*+*/
}
var v2 int
