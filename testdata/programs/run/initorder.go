// run

// Package-level variables are initialised in the order of their declarations
// as far as dependencies let them. What counts must not be a dependency that
// is met late: it would put off each variable that calls a function.
package main

import "fmt"

var log []string

func note(name string, _ ...any) int {
	log = append(log, name)
	return len(log)
}

var a = note("a", x)
var b = note("b", y)
var c = note("c", z)
var d = func() int {
	if false {
		_ = z
	}
	return note("d")
}()
var e = note("e")

var (
	x int
	y int = 42
	z int = func() int { return 42 }()
)

// Copies of variables that a call changes on its way.
var _ = func() int {
	flag = false
	return 0
}()

var (
	flag   = true
	copied = flag
)

var (
	counter = 0
	first   = next()
	second  = counter
)

func next() int {
	counter++
	return counter
}

type list[T any] []T

func (l list[T]) last() T { return l[len(l)-1] }

var (
	generic = list[int]{1, 2, third}.last()
	third   = next()
)

func main() {
	fmt.Println(log, a, b, c, d, e)
	fmt.Println(copied, first, second, generic, third, counter)
}
