package funcs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report/funcs"
)

func parse(t testing.TB, text string) *funcs.File {
	t.Helper()
	f, err := funcs.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return f
}

func TestFuncs(t *testing.T) {
	f := parse(t, `package p

func a() {}
func asm(int)
func (t *T[K, V]) b() {
	return
}
func ((T)) c() { _ = func() {} }
//line y.go:70
func (U[K]) d() {}
//line z.go:90:5
func e() {
}
`)
	want := []funcs.Func{
		{Name: "a", Start: funcs.Pos{3, 1}, End: funcs.Pos{3, 12}, Line: 3, EndLine: 3},
		{Name: "b", Recv: "*T", Start: funcs.Pos{5, 1}, End: funcs.Pos{7, 2}, Line: 5, EndLine: 7},
		{Name: "c", Recv: "T", Start: funcs.Pos{8, 1}, End: funcs.Pos{8, 33}, Line: 8, EndLine: 8},
		{Name: "d", Recv: "U", Start: funcs.Pos{70, 0}, End: funcs.Pos{70, 0}, Line: 10, EndLine: 10},
		{Name: "e", Start: funcs.Pos{90, 5}, End: funcs.Pos{91, 2}, Line: 12, EndLine: 13},
	}
	if diff := cmp.Diff(want, f.Funcs); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	var full []string
	for _, fn := range f.Funcs {
		full = append(full, fn.FullName())
	}
	if diff := cmp.Diff([]string{"a", "(*T).b", "T.c", "U.d", "e"}, full); diff != "" {
		t.Errorf("full names (-want +got):\n%s", diff)
	}
	if _, err := funcs.Parse([]byte("package p; func {")); err == nil || !strings.Contains(err.Error(), "parsing the source") {
		t.Errorf("got %v of what does not parse", err)
	}
}

func TestStatements(t *testing.T) {
	f := parse(t, `package p

var v = func() int {
	return 1
}

func f(x int) (err error) {
	const c = 1
	type t int
	var y int
	{
		y++
	}
	if y := x; y > 0 {
		f(
			1,
		)
	} else if y < 0 { g(); h()
	} else {
		panic(0)
	}
loop:
	for i := 0; i < 3; i++ {
		continue loop
	}
	switch x {
	case 1, 2:
	default:
		func() {
			g()
		}()
	}
}
`)
	var got []string
	for _, s := range f.Statements() {
		got = append(got, fmt.Sprintf("%d@%d.%d", s.Line, s.At.Line, s.At.Col))
	}
	want := strings.Fields("4@4.2 10@10.2 12@12.3 14@14.2 15@15.3 18@18.9 18@18.20 18@18.25 20@20.3 23@23.2 24@24.3 26@26.2 27@27.12 28@28.10 29@29.3 30@30.4")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements, line@position (-want +got):\n%s", diff)
	}
}

func TestShapes(t *testing.T) {
	shapes := func(body string) []funcs.Shape { return parse(t, "package p\n"+body).Shapes() }
	const body = "func (t *T) f(a int) { if a > 0 { g(a, 1) }; h() }\nvar x, y = func() { g() }, 2\nvar z = 1\nfunc init() { g() }\n"
	a := shapes(body)
	b := shapes("// A comment.\n\nvar (\n\tx, y = func() {\n\t\tg()\n\t}, 2\n)\nfunc (t *T) f(a int) {\n\tif a > 0 { // why\n\t\tg(\n\t\t\ta,\n\t\t\t1,\n\t\t)\n\t}\n\n\th()\n}\n" +
		"func init() { g() }")
	if len(a) != 3 || a[0].Name != "func (*T).f" || a[1].Name != "var x,y" || a[2].Name != "func init" || len(a[0].Statements) != 3 {
		t.Fatalf("got shapes %+v", a)
	}
	if a[0].Hash != b[1].Hash || a[1].Hash != b[0].Hash || a[0].Hash == a[2].Hash {
		t.Errorf("layout changed hashes: %+v and %+v", a, b)
	}
	if diff := cmp.Diff([]funcs.Pos{{10, 2}, {11, 3}, {17, 2}}, b[1].Statements); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	for _, edited := range []string{"func (t T) f(a int) { if a > 0 { g(a, 1) }; h() }", "func (t *T) f(a int) { if a > 0 { g(a, 2) }; h() }",
		"func (t *T) f(a int64) { if a > 0 { g(a, 1) }; h() }", "func (t *T) f(a int) { if a > 0 { g(a, 1); h() } }"} {
		if shapes(edited)[0].Hash == a[0].Hash {
			t.Errorf("%s has the hash of another function", edited)
		}
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var again []funcs.Shape
	if err := json.Unmarshal(text, &again); err != nil || !cmp.Equal(a, again) {
		t.Errorf("written and read again: %v\n%s", err, cmp.Diff(a, again))
	}
	if err := json.Unmarshal([]byte(`[{"hash":"00"}]`), &again); err == nil {
		t.Error("a short hash: got no error")
	}
}
