// errorcheck

// Errors behind statements on the same line, behind tabs and letters outside
// of ASCII: their columns are counted in bytes.
package types

import (
	"fmt"
	"os"
)

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side * "x" }

func types(n int) (int, error) {
	a := 1; b := "ü世界"; /* ü */ a = b
	if n > 3 { a++ } else if n < "0" { a--; a.b() } else { var s shape = square{}; _ = s; return "世", nil }
	for i := range n { if i > 2 { return 1 } else { undefined(i) } }
	switch	n {	case 1, 2:	a = nil;	case "three":	fallthrough;	case 1:	a++ }
	switch x := any(n).(type) { case int: x.y = 1; case int: a++; case missing: }
	select { case v := <-n: a = v; default: a.c = 1 }
	f := func(s string) { a = s; func() { return 1 }() }; f(1, 2)
	defer recover; go func() {}; defer f
	c, d := 1; _ = func() { return 1 }
	for { break; e := 1 }
	return n
}

func headers() {
	if x := 1; x { _ = x } else if y := "a"; y > 1 { _ = y } else { _ = x + y }
	for i := 0; i < "3"; i++ { i.x() }
	for i, j := range "x" { _ = i + j }
}
