// errorcheck

package calls

import "fmt"

func one() int { return 1 }

func two() (int, string) { x := 1; return x, 2 }

func calls() {
	one() ; one ; 1 ; "s" ; fmt.Sprint
	x := one(); y := one(); y = 2
	a, b := two(), 1; _ = a
	one()++; one() = 2; two() += 1
	fmt.Println(two(), 1); fmt.println(); fmt.Missing(one(two()))
	var s []int = []int{1, "2", 3: 4, 3: 5}; s.x = 1; s["a"]++
	m := map[string]int{"a": 1, "a": 2, 3: 4}; for k, v := range m { k = v }
	type t struct { a int; a string }; _ = t{1}; _ = t{b: 2}; _ = &t{1, 2, 3}
	func(n int) { return n }(1)
	func() int { if x > 0 { return 1 } }()
	_ = func() (a, b int) { { b := 2; return } }
	const c = one(); const big int8 = 300; _ = 1 << -1; _ = 1 / 0
	len(s); append(s, 1); cap(1); make(int); new(1); copy(s, "x"); delete(s, 1); panic(); close(s)
	x.y.z(); (x)(); x[1](); *x = 1; <-x; x <- 1; x.(int)
}
