// errorcheckeach

// Labels, gotos, functions without a return at their ends, and what is declared
// and not used: what inserted statements could mend or break. Each function is
// compiled alone, so that one's errors do not hide that another has none any
// more.
package flow

func missing1(n int) int { if n > 0 { return 1 } }
func missing2(n int) int { for n > 0 { return 1 } }
func missing3(n int) int { switch n { case 1: return 1; default: n++ } }
func missing4(n int) int { switch n { case 1: return 1 } }
func missing5(n int) int { for { if n > 0 { break } } }
func missing6(n int) int { L: for { for { break L } } }
func missing7(c chan int) int { select { case <-c: return 1; case c <- 1: break } }
func missing8(n int) int { if n > 0 { return 1 } else if n < 0 { return 2 } }
func missing9(n int) int { { n++ } }
func missing10(n int) int { func() int { return 1 }() }
func missing11(n int) int { for range n { return 1 } }
func missing12(x any) int { switch x.(type) { case int: return 1; case string: panic(1) } }
func missing13(n int) int { L: switch n { default: for { break L } } }
func missing14(n int) int { goto L; L: n++ }
func missing15(n int) int { defer panic(1) }

func right1(n int) int { if n > 0 { return 1 } else { panic(n) } }
func right2(n int) int { for { if n > 0 { return 1 } } }
func right3(n int) int { switch n { case 1: return 1; default: panic(1) } }
func right4(n int) int { L: for { for { continue L } } }
func right5(c chan int) int { select { case <-c: return 1; case c <- 1: panic(1) } }
func right6(n int) int { if n > 0 { return 1 } else if n < 0 { return 2 } else { goto L }; L: return 3 }
func right7() int { select {} }
func right8(n int) int { switch { case n > 1: fallthrough; default: return 1 } }
func right9(n int) int { { { return n } } }
func right10(n int) int { L: { if n > 0 { goto L } }; for {} }

func label1(n int) { unused: for n > 0 { n-- } }
func label2(n int) { goto over; x := 1; over: n = x }
func label3(n int) { goto nowhere }
func label4(n int) { goto inner; { inner: n++ } }
func label5(n int) { if n > 0 { goto middle } else { middle: n++ } }
func label6(n int) { twice: n++; twice: for { break twice } }
func label7(n int) { break }
func label8(n int) { continue }
func label9(n int) { fallthrough }
func label10(n int) { L: n++; for { break L } }
func label11(n int) { L: for { func() { break L }() } }
func label12(n int) { L: { for { continue L } } }
func label13(n int) { switch n { case 1: n++; fallthrough } }
func label27(n int) { switch n { case 1: L: fallthrough } }
func label14(x any) { switch x.(type) { case int: fallthrough; default: } }
func label15(n int) { select { default: fallthrough } }
func label16(n int) { if n > 0 { fallthrough } }
func label17(n int) { goto later; var y int; later: _ = y }
func label18(n int) { L: switch n { case 1: goto L; default: for { continue L } } }
func label19(n int) { L: if n > 0 { for { break L } } }
func label20(n int) { L: }
func label21(n int) { { L: n++ }; goto L }
func label22(n int) { goto L; { n := 1; _ = n }; L: }
func label23(n int) { goto L; n := 1; L: { _ = n } }
func label24(n int) { for { goto L; x := 1; _ = x; L: } }
func label25(n int) { L: select { default: break L; case <-make(chan int): continue L } }
func label26(n int) { switch { case n > 1: goto L; default: L: n++ } }

func unused1() { x := 1 }
func unused2() { var x, y = 1, 2; _ = x }
func unused3() { for i := range 3 { j := i } }
func unused4() { if x := 1; true { y := x } }
func unused5(x any) { switch y := x.(type) { case int: ; default: } }
func unused6() { func() { x := 1 }() }
func unused7() { x := 1; x = 2 }
func unused8() { x := func() { } }
func unused9() { 1 }
func unused10(n int) { n == 1 }
func unused11(n int) { n }
func unused12(n int) { -n }
func unused13(n int) { len("x") }
func unused14(c chan int) { select { case x := <-c: ; default: } }
func unused15() { for x := 1; ; { } }
func unused16() { x := 1; { x := 2; _ = x } }

func double1(n int) { switch n { case 1: case 1: } }
func double2(n int) { switch n { default: default: } }
func double3(x any) { switch x.(type) { case int: case int: } }
func double4(x any) { switch x.(type) { default: default: } }
func double5() { select { default: default: } }
func double6() { x := 1; x := 2; _ = x }
func double7(s string) { switch s { case "a", "b": case "a": } }
func double8(n int) { switch { case true: case true: } }

func header1(n int) { if n { } }
func header2(n int) { if n > 0 { } else if n { } }
func header3(n int) { for n { } }
func header4(n int) { switch n { case "a": } }
func header5(n int) { for range n.x { } }
func header6(n int) { if x := n; y { _ = x } }
func header7(n int) { if n = 1 { } }
func header8(n int) { for i := range n, 1 { } }
func header9(n int) { switch x := n { } }
func header10(n int) { if x := 1 { } }
func header11(n int) { if n > 0 { } else n++ }
func header12(n int) { if n > 0 n++ }
func header13(n int) { defer n; go n }
func header14(n int) { if n > 0 { } ; else { } }
func header15(n int) { switch n { n++; case 1: } }
func header16(n int) { for i := 0; i < n; i := 1 { } }
func header17(n int) { for ;; { } ; n++ }
