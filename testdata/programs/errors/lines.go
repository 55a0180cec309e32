// errorcheck

package lines

//line first.y:10
func f() { a := 1; b(); if c { d() } else { e() } }

//line second.y:20:5
func g() { a := 1; b(); if c { d() } else { e() } }

func h() { x(); /*line third.y:30:7*/ y(); if z { w() }; /*line :40:1*/ v(); u() }

//line :50
func i() { x(); y() }

//line /absolute/file.go:7:3
func j() { x(); y() } //line not.a.directive:1
func k() { x(); /*line a:1:2*/ y(); /*line b:2*/ z()
	w() }
//line bad:0
//line :
//line x:y:z
func l() { x() }
