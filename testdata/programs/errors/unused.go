// errorcheck

package unused

import (
	"fmt"
	_ "strings"
	str "strings"
	. "math"
	"os"
	"sort"
)

func a() { var x int; y := 1; z, w := 1, 2; _ = w; const c = 1; type t int; { v := 2 } }

func b() { for i := range 3 { j := i }; if k := 1; true { l := k }; switch m := 1; { case true: n := 1 } }

func c(x any) { switch v := x.(type) { case int: u := 1; default: } ; select { case q := <-make(chan int): } ; func() { r := 1 }() }

var _ = func() int { s := 1; return 2 }()

func c() {}

func init() int { return 1 }

func (t missing) m(a, a int) (b, b int) {}

func _() { defer fmt.Println("x", fmt) }
