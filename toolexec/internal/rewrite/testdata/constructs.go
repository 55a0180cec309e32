package p

type T struct{ f func() int }

var table = map[string]func(int) int{
	"a": func(i int) int { return i },
	"b": func(i int) int {
		if i > 0 {
			return 1
		}
		return 0
	},
}

func branches(a, b bool, n int) int {
	if a {
		n++
	} else if b {
		n--
	} else {
		n = 0
	}
	if x := n; x > 0 {
		return x
	} else if y := x + 1; y > 0 {
		return y
	}
	if a {
		n = 1
	} else {
		n = 2
	}
	switch {
	case a:
		n = 1
		fallthrough
	case b:
		n = 2
	}
	switch n {
	default:
	case 1, 2:
		return 1
	}
	switch {
	}
	{
		n := 1
		_ = n
	}
	return n
}

func terminating(n int) int {
	switch n {
	case 1:
		return 1
	default:
		panic("x")
	}
}

func endless() int {
	for {
	}
}

func ifElse(a bool) int {
	if a {
		return 1
	} else if !a {
		return 2
	} else {
		return 3
	}
}

func typeSwitch(v any) int {
	switch x := v.(type) {
	case int:
		return x
	case string, bool:
		_ = x
	}
	switch v.(type) {
	case nil:
	}
	return 0
}

func channels(c chan int, d <-chan string) {
	select {
	case v := <-c:
		_ = v
	case c <- 1:
	case s, ok := <-d:
		_, _ = s, ok
	default:
	}
	select {
	case <-c:
	}
	c <- 1
	<-c
}

func labels(n int) {
	i := 0
again:
	i++
	if i < n {
		goto again
	}
outer:
	for i := range n {
	inner:
		for {
			switch {
			case i == 1:
				continue outer
			case i == 2:
				break inner
			}
			break outer
		}
	}
retry:
	for i < n {
		i++
		if i == 3 {
			goto retry
		}
		continue retry
	}
	goto end
end:
}

func literals(fs ...func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = nil
		}
	}()
	go func() {}()
	for _, f := range []func(){func() { fs = nil }} {
		f()
	}
	if func() bool { return true }() {
		func() {}()
	}
	t := T{f: func() int { return 1 }}
	_ = t.f()
	return
}

func generic[E any, S ~[]E](s S, keep func(E) bool) (out S) {
	for _, e := range s {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}

func iterate(seq func(yield func(int) bool)) (sum int) {
	for i := range seq {
		if i > 10 {
			break
		}
		sum += i
	}
	for range 3 {
		sum++
	}
	return
}

func (t *T) method() { const c = 1; type local int; var v local = c; _ = v }

func init() { _ = table }
