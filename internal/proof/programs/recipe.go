package programs

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// Program is a test program with its recipe: its first comment says what to do with
// it (cmd/internal/testdir in Go's sources).
type Program struct {
	Name   string   // path below the directory, without .go: fixedbugs/issue1234
	Recipe string   // run, compile, errorcheck, …
	Flags  []string // of go build
	Env    []string // of go build and of the program
	Args   []string // of the program
	Root   string   // the directory that the program was found below
	Dir    string   // the directory that holds Files
	Files  []string // base names
	Text   []byte   // of the one file, if it differs from the file on disk
	// Apart says that each file is a package of its own, although all have the same
	// package clause.
	Apart bool
	// Report says that the program compiles, and that the compiler reports what it
	// does with the code: what it inlines, what escapes, which checks it leaves
	// out. For code with points it reports something else.
	Report bool
}

// IsRun reports whether the program is to be run.
func (p Program) IsRun() bool {
	return strings.HasPrefix(p.Recipe, "run") || p.Recipe == "errorcheckandrundir"
}

// manyFiles reports whether the recipe is for a folder.
func manyFiles(recipe string) bool { return strings.HasSuffix(recipe, "dir") }

// Read reads the recipes below a directory that wanted accepts.
func Read(dir string, wanted func(recipe string) bool) ([]Program, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var programs []Program
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasSuffix(name, ".dir") {
			return filepath.SkipDir // the folder has the files of the program of the same name
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		p, err := readProgram(dir, name)
		if err != nil {
			return fmt.Errorf("reading the recipe of %s: %w", name, err)
		}
		switch {
		case !wanted(p.Recipe):
		case p.Recipe == each:
			programs = append(programs, p.apart()...)
		default:
			programs = append(programs, p)
		}
		return nil
	})
	return programs, err
}

// each is a recipe of goat's own. It is like errorcheck, but for each function of
// the file alone. A function is one line.
const each = "errorcheckeach"

func (p Program) apart() []Program {
	lines := bytes.SplitAfter(p.Text, []byte("\n"))
	var programs []Program
	for i, line := range lines {
		if !isFunc(line) {
			continue
		}
		alone := slices.Clone(lines)
		for j := range alone {
			if j != i && isFunc(alone[j]) {
				alone[j] = []byte("\n")
			}
		}
		one := p
		one.Name = fmt.Sprintf("%s/%d", p.Name, i+1)
		one.Text = bytes.Join(alone, nil)
		programs = append(programs, one)
	}
	return programs
}

func isFunc(line []byte) bool { return bytes.HasPrefix(line, []byte("func ")) }

func readProgram(dir, file string) (Program, error) {
	rel, err := filepath.Rel(dir, file)
	if err != nil {
		return Program{}, err
	}
	p := Program{
		Name: strings.TrimSuffix(filepath.ToSlash(rel), ".go"),
		Root: dir, Dir: filepath.Dir(file), Files: []string{filepath.Base(file)},
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return p, err
	}
	words := splitWords(recipeLine(string(src)))
	if len(words) == 0 {
		return p, nil
	}
	p.Recipe = words[0]
	if p.Recipe == each {
		p.Text = src
	}
	p.readFlags(words[1:])
	if !manyFiles(p.Recipe) {
		for len(p.Args) > 0 && strings.HasSuffix(p.Args[0], ".go") { // the program has more files
			p.Files = append(p.Files, p.Args[0])
			p.Args = p.Args[1:]
		}
		return p, nil
	}
	p.Dir = strings.TrimSuffix(file, ".go") + ".dir"
	files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
	p.Files = nil
	for _, f := range files {
		p.Files = append(p.Files, filepath.Base(f))
	}
	return p, err
}

// recipeLine returns the first line that is not a build constraint.
func recipeLine(src string) string {
	for line := range strings.Lines(src) {
		if !constraint.IsGoBuild(line) && !constraint.IsPlusBuild(line) {
			text, _ := strings.CutPrefix(strings.TrimSpace(line), "//")
			return text
		}
	}
	return ""
}

// readFlags sorts the words after the recipe's name. Recipes that compile have the
// compiler's flags, the others those of go build.
func (p *Program) readFlags(words []string) {
	var compiler []string
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		flag := words[0]
		words = words[1:]
		value := ""
		switch flag {
		case "-t", "-goexperiment", "-godebug", "-gomodversion", "-ldflags":
			if len(words) > 0 {
				value, words = words[0], words[1:]
			}
		}
		switch {
		case flag == "-goexperiment":
			p.Env = append(p.Env, "GOEXPERIMENT="+value)
		case flag == "-godebug":
			p.Env = append(p.Env, "GODEBUG="+value)
		case flag == "-ldflags":
			p.Flags = append(p.Flags, "-ldflags="+value)
		case flag == "-s":
			p.Apart = true
		case flag == "-0":
			p.Report = true
		case flag == "-1", flag == "-t", flag == "-gomodversion":
		case p.Recipe == "run" || strings.HasPrefix(p.Recipe, "build"):
			p.Flags = append(p.Flags, flag)
		default:
			compiler = append(compiler, flag)
		}
	}
	p.Args = words
	if strings.HasPrefix(p.Recipe, "errorcheck") {
		compiler = append(compiler, "-e")
	}
	if len(compiler) > 0 {
		p.Flags = append(p.Flags, "-gcflags="+strings.Join(compiler, " "))
	}
}

// splitWords splits at white space that is not in quotes.
func splitWords(line string) []string {
	var quote rune
	var words []string
	var word strings.Builder
	inWord := false
	end := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for _, r := range line {
		switch {
		case r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inWord = r, true
		case unicode.IsSpace(r):
			end()
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	end()
	return words
}
