// errorcheck

package generics

type number interface{ ~int | ~float64 }

func sum[T number](list ...T) (s T) { for _, v := range list { if v > 0 { s += v } else { s -= "x" } }; return s }

func mapped[K comparable, V any](m map[K]V) []V { var out []V; for _, v := range m { out = append(out, v); v.x() }; return m }

type list[T any] struct { next *list[T]; value T }

func (l *list[T]) push(v T) { if l == nil { l = &list[int]{} } else { l.value = 1 }; l.missing() }

func (l list[T, U]) bad() { var t T; var u U; _ = t == u }

func use() {
	sum[string]("a"); sum(1, 2.5, "c"); mapped[func(), int](nil); mapped[int](map[string]int{})
	var l list; var m list[int, string]; l.push(1); m.push("a"); _ = list[number]{}
	var n number; n = 1; _ = n
	f := sum; _ = f(1); g := sum[int]; g("a"); if h := mapped[string, int]; h(nil) { return 1 }
	for x := range func(yield func(int) bool) { yield("a") } { x = "b" }
	for a, b := range func(yield func(int) bool) {} { _ = a }
	_ = func() { type local[T any] struct{ t T }; var x local[int] = local[string]{} }
}

type cycle[T cycle[T]] interface{ m() T }

type loop struct { l loop }
