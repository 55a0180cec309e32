package programs

import "testing"

func TestClean(t *testing.T) {
	const (
		main = "goroutine 1 gp=0xc0000081e0 m=0 mp=0x584c00 [running]:\n" +
			"main.main()\n" +
			"\t/src/a.go:14 +0x32 fp=0xc000051f48 sp=0xc000051f08 pc=0x4b3a52\n" +
			"runtime.goexit({})\n" +
			"\t/go/asm_amd64.s:1771 +0x1 fp=0xc000051fe8 sp=0xc000051fe0 pc=0x4b0481\n"
		runtimes = "\ngoroutine 2 gp=0xc000008d20 m=nil [force gc (idle)]:\n" +
			"runtime.gopark(0x576840?, 0x584c00?, 0x0?, 0x0?, 0x0?)\n" +
			"\t/go/proc.go:462 +0xce fp=0xc00003e7a8 sp=0xc00003e788 pc=0x4aaf0e\n" +
			"created by runtime.init.7 in goroutine 1\n" +
			"\t/go/proc.go:363 +0x1a\n"
		others = "\ngoroutine 7 [chan receive, 2 minutes]:\n" +
			"main.wait(0xc000068000)\n" +
			"\t/src/a.go:20 +0x94\n" +
			"created by main.main in goroutine 1\n" +
			"\t/src/a.go:12 +0x66\n"
		race = "WARNING: DATA RACE\nRead at 0x00c000010ff0 by goroutine 17:\n  main.main.func1()\n      /src/a.go:9 +0x44\n\n"
		own  = race + "Goroutine 17 (running) created at:\n  runtime.createfing()\n      /go/mfinal.go:172 +0x4c\n" +
			"  main.main()\n      /src/a.go:45 +0x88\n==================\nFound 1 data race\n"
		linked = race + "Goroutine 7 (running) created at:\n  runtime.createfing()\n      /go/mfinal.go:172 +0x4c\n" +
			"  os.NewFile()\n      /go/os/file.go:134 +0x11\n  os.init()\n      /go/os/file.go:72 +0x22\n==================\nFound 1 data race\n"
	)
	tests := []struct{ name, a, b string }{
		{"a goroutine of the runtime's", main + runtimes + others, main + others},
		{"two of them", main + runtimes + runtimes, main},
		{"a race with a finalizer", own, linked},
		{"addresses", "at 0x1234\n", "at 0x99\n"},
	}
	for _, test := range tests {
		if a, b := clean(test.a, "/tmp/a"), clean(test.b, "/tmp/b"); a != b {
			t.Errorf("%s: %q and %q are not the same", test.name, a, b)
		}
	}
	if a, b := clean(main+others, "/tmp/a"), clean(main, "/tmp/a"); a == b {
		t.Errorf("a goroutine of the program's is left out: %q", a)
	}
	if got, want := clean(linked, "/tmp/a"), clean(race, "/tmp/a")+"finalizers\n==================\nFound 1 data race\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
