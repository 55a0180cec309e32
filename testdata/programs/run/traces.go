// run

// What a trace names: file and line of each frame, inlined ones included,
// functions in functions, methods, instances of generic functions, deferred
// and recovered calls, initialisers, and text around them with tabs, letters
// outside of ASCII, and several statements in a line.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

var atInit = func() string { return where() }()

func init() { fmt.Println("init", where()) }

// where is inlined where it can be.
func where() string { return at(2) }

func at(skip int) string {
	_, file, line, ok := runtime.Caller(skip)
	return fmt.Sprint(filepath.Base(file), ":", line, " ", ok)
}

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int {
	if s.side < 0 { panic("a side below zero") }; return s.side * s.side
}

type tree[T any] struct {
	left, right *tree[T]
	value       T
}

func (t *tree[T]) each(f func(T)) {
	if t == nil { return }
	t.left.each(f); f(t.value); t.right.each(f)
}

func apply[K comparable, V any](m map[K]V, f func(K, V)) {
	for k, v := range m { f(k, v) }
}

func frames() []string {
	pcs := make([]uintptr, 32)
	list := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var found []string
	for {
		frame, more := list.Next()
		if strings.HasPrefix(frame.Function, "main.") {
			found = append(found, fmt.Sprint(frame.Function, " ", filepath.Base(frame.File), ":", frame.Line))
		}
		if !more { return found }
	}
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		fmt.Println(name, "gave", r, "at", frames())
		var e runtime.Error
		if err, ok := r.(error); ok && errors.As(err, &e) {
			fmt.Println("\ta run-time error")
		}
	}()
	f()
}

func main() {
	fmt.Println(atInit, where())
	/* ümlaut */ fmt.Println("世界", where()); fmt.Println(where(), where(),
		where())

	try("method", func() { var s shape = square{-1}; if true { s.area() } })
	try("generic", func() {
		t := &tree[int]{value: 2, left: &tree[int]{value: 1}}
		t.each(func(n int) { if n == 2 { panic(n) } else { fmt.Println(frames()) } })
	})
	try("closure", func() {
		apply(map[string]int{"a": 1}, func(k string, v int) { defer func() { fmt.Println(k, frames()) }(); var list []int; _ = list[v] })
	})
	try("nil", func() { var p *square; switch { case p == nil: fmt.Println(p.side); default: return } })
	try("loop", func() {
	outer:
		for i := range 3 { for j := range 3 {
			if j == 1 { continue outer }; if i == 2 { break outer }
			try(fmt.Sprint("inner", i, j), func() { panic(fmt.Sprint(i, j)) })
		} }
		for x := range seq { if x == 1 { panic("in a range over a function") } }
	})
	try("select", func() {
		c := make(chan int, 1); select { case c <- 1: close(c); default: }
		select { case n, ok := <-c: if n == 1 && ok { close(c) } }
	})
	done := make(chan bool)
	go func() { defer close(done); defer func() { fmt.Println(recover(), frames()) }(); goto end; end: panic("in a goroutine") }()
	<-done
	defer os.Stdout.Sync()
	defer func() { panic(fmt.Sprint("again: ", recover())) }()
	func() { func() { deep(3) }() }()
}

func seq(yield func(int) bool) { for i := 0; yield(i); i++ { } }

func deep(n int) int { if n == 0 { panic("deep") }; return deep(n-1) + 1 }
