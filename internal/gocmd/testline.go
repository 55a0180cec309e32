package gocmd

import (
	"slices"
	"strings"
)

// TestLine is what go test takes from the arguments after "test". It takes flags
// before the packages and after them.
type TestLine struct {
	Flags    []Flag   // the go command's, in order, including those that it passes on to the test binary
	Own      []Flag   // those that belong to the caller of ParseTest
	Packages []string // none for the package of the current directory
	// Words are the arguments among which the go command looks for flags, without
	// those of Own. Of repeated flags the last one counts, so a flag that is added at
	// the end of Words wins.
	Words []string
	Rest  []string // the arguments after Words: from "-args", "--" or an argument of the test binary's on
}

// ParseTest splits the arguments as go test does (cmd/go/internal/test: testFlags).
// own names additional flags, all of which take a value. They are recognised only
// before the packages, because after them a flag that the go command does not know
// belongs to the test binary.
func ParseTest(args []string, own func(name string) bool) TestLine {
	var l TestLine
	packagesEnded, inPackages, mayBeValue := false, false, false
	for len(args) > 0 {
		isValue := mayBeValue
		f, words := testFlag(args)
		switch {
		case args[0] == "--", f.Name == "h", f.Name == "help", f.Name == "?":
			l.Rest = args
			return l
		case words == 0 && !inPackages && packagesEnded && !isValue:
			l.Rest = args
			return l
		case words == 0 && !inPackages && packagesEnded: // the value of a flag of the test binary's
			words, mayBeValue = 1, false
		case words == 0:
			l.Packages = append(l.Packages, args[0])
			words, inPackages, packagesEnded, mayBeValue = 1, true, true, false
		case own != nil && own(f.Name) && len(l.Packages) == 0:
			f, words = ownFlag(args)
			l.Own = append(l.Own, f)
			args = args[words:]
			continue // the go command does not see it
		case f.Name == "args" && !f.Given:
			l.Rest = args
			return l
		case testFlags[f.Name]:
			l.Flags = append(l.Flags, f)
			inPackages, mayBeValue = false, false
		default: // the test binary's, and so may be the word that follows
			inPackages, packagesEnded, mayBeValue = false, true, !f.Given
		}
		l.Words = append(l.Words, args[:words]...)
		args = args[words:]
	}
	return l
}

// testFlag returns the flag at the start of args and how many words it takes, 0
// where there is none (cmd/go/internal/cmdflag: ParseOne). A flag that go test
// does not know takes no further word.
func testFlag(args []string) (f Flag, words int) {
	if name := strings.TrimPrefix(args[0], "-"); name == args[0] || strings.Trim(name, "-") == "" ||
		strings.HasPrefix(name, "--") || strings.HasPrefix(strings.TrimPrefix(name, "-"), "=") {
		return f, 0
	}
	f.Name, f.Value, f.Given = cutFlag(args[0])
	f.Words = 1
	if testFlags[f.Name] && !f.Given && !booleanFlags[strings.TrimPrefix(f.Name, "test.")] && len(args) > 1 {
		f.Value, f.Given, f.Words = args[1], true, 2
	}
	f.Text = args[:f.Words:f.Words]
	return f, f.Words
}

// ownFlag returns a flag that takes a value.
func ownFlag(args []string) (f Flag, words int) {
	f.Name, f.Value, f.Given = cutFlag(args[0])
	f.Words = 1
	if !f.Given && len(args) > 1 {
		f.Value, f.Given, f.Words = args[1], true, 2
	}
	f.Text = args[:f.Words:f.Words]
	return f, f.Words
}

// testFlags are the flags that go test knows (cmd/go: AddBuildFlags,
// AddCoverFlags, testFlags).
var testFlags = func() map[string]bool {
	known := make(map[string]bool)
	for name := range strings.FieldsSeq("a asan asmflags buildmode buildvcs c C compiler cover covermode coverpkg debug-actiongraph " +
		"debug-runtime-trace debug-trace exec gccgoflags gcflags installsuffix json ldflags linkshared mod modcacherw modfile msan n " +
		"o overlay p pgo pkgdir race tags toolexec trimpath vet work x") {
		known[name] = true
	}
	for name := range handedOn {
		known[name], known["test."+name] = true, true
	}
	return known
}()

// handedOn are the flags that go test knows and passes on to the test binary as
// -test.NAME (cmd/go/internal/test: passFlagToTest).
var handedOn = func() map[string]bool {
	names := make(map[string]bool)
	for name := range strings.FieldsSeq("artifacts bench benchmem benchtime blockprofile blockprofilerate count coverprofile cpu " +
		"cpuprofile failfast fullpath fuzz fuzzminimizetime fuzztime list memprofile memprofilerate mutexprofile " +
		"mutexprofilefraction outputdir parallel run short shuffle skip timeout trace v") {
		names[name] = true
	}
	return names
}()

// settings returns the flags as Flags holds them.
func (l TestLine) settings() []setting {
	var list []setting
	for _, f := range l.Flags {
		list = append(list, setting{f.Name, f.Value})
	}
	return slices.Clip(list)
}
