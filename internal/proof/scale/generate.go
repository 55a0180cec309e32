package scale

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// group is how many packages one other package imports.
const group = 50

// manyPackages writes a module of n packages. Its main package imports all of them
// through others, and net/http, which goat's runtime would otherwise add.
func manyPackages(dir string, n int) error {
	files := map[string]string{"go.mod": "module example.com/many\n\ngo 1.26\n"}
	var groups []string
	for first := 0; first < n; first += group {
		var imports, calls strings.Builder
		for i := first; i < min(first+group, n); i++ {
			fmt.Fprintf(&imports, "\t\"example.com/many/p%d\"\n", i)
			fmt.Fprintf(&calls, "\tn += p%d.Next(n)\n", i)
			files[fmt.Sprintf("p%d/p.go", i)] = leaf(i, "n + 1")
		}
		name := fmt.Sprintf("g%d", first/group)
		groups = append(groups, name)
		files[name+"/g.go"] = fmt.Sprintf("package %s\n\nimport (\n%s)\n\nfunc All(n int) int {\n%s\treturn n\n}\n", name, &imports, &calls)
	}
	var imports, calls strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&imports, "\t\"example.com/many/%s\"\n", g)
		fmt.Fprintf(&calls, "\tn = %s.All(n)\n", g)
	}
	files["main.go"] = fmt.Sprintf("package main\n\nimport (\n\t\"net/http\"\n\n%s)\n\nfunc main() {\n\tn := 0\n%s\tprintln(n > 0)\n\thttp.ListenAndServe(\"127.0.0.1:0\", nil)\n}\n", &imports, &calls)
	return writeFiles(dir, files)
}

// leaf is a package; an expression makes each of its versions different.
func leaf(i int, expression string) string {
	return fmt.Sprintf("package p%d\n\nfunc Next(n int) int {\n\tif n < 0 {\n\t\treturn 0\n\t}\n\treturn %s\n}\n", i, expression)
}

// manyPoints writes a module with packages of n points each. n is even: half as
// many functions have one point each for themselves and one for their statement.
// The main package calls one function of each package and waits for the end of its
// standard input.
func manyPoints(dir string, packages, n int) error {
	files := map[string]string{"go.mod": "module example.com/points\n\ngo 1.26\n"}
	var imports, calls strings.Builder
	for p := range packages {
		var text strings.Builder
		fmt.Fprintf(&text, "package p%d\n", p)
		for f := range n / 2 {
			fmt.Fprintf(&text, "\nfunc F%d(n int) int {\n\treturn n + %d\n}\n", f, f)
		}
		fmt.Fprintf(&text, "\nvar All = []func(int) int{")
		for f := range n / 2 {
			fmt.Fprintf(&text, "F%d, ", f)
		}
		text.WriteString("}\n")
		files[fmt.Sprintf("p%d/p.go", p)] = text.String()
		fmt.Fprintf(&imports, "\t\"example.com/points/p%d\"\n", p)
		fmt.Fprintf(&calls, "\tn += p%d.F0(1) + len(p%d.All)\n", p, p)
	}
	files["main.go"] = fmt.Sprintf("package main\n\nimport (\n\t\"io\"\n\t\"os\"\n\n%s)\n\nfunc main() {\n\tn := 0\n%s\tif n > 0 {\n\t\tio.Copy(io.Discard, os.Stdin)\n\t}\n}\n", &imports, &calls)
	return writeFiles(dir, files)
}

// manyCalls writes a module whose main package calls small functions n times.
func manyCalls(dir string, n int) error {
	const functions = 50
	var text strings.Builder
	text.WriteString("package main\n\nvar count int\n")
	for f := range functions {
		fmt.Fprintf(&text, "\nfunc add%[1]d(n int) {\n\tif n > %[1]d {\n\t\tcount += n\n\t}\n}\n", f)
	}
	text.WriteString("\nfunc main() {\n")
	for i := range n {
		fmt.Fprintf(&text, "\tadd%d(%d)\n", i%functions, i)
	}
	text.WriteString("\tprintln(count)\n}\n")
	return writeFiles(dir, map[string]string{"go.mod": "module example.com/calls\n\ngo 1.26\n", "main.go": text.String()})
}

// hugeFunction writes a module with one function with this many cases. A number
// makes each of its versions different. Each case calls a small function, or adds.
func hugeFunction(dir string, cases int, calls bool, version int) error {
	var text strings.Builder
	fmt.Fprintf(&text, "package main\n\nfunc main() { println(huge(3)) }\n\nfunc small(n int) int { return n*2 + %d }\n\nfunc huge(n int) int {\n\tswitch n {\n", version)
	for i := range cases {
		value := fmt.Sprint(10*i + version)
		if calls {
			value = "small(" + value + ")"
		}
		fmt.Fprintf(&text, "\tcase %d:\n\t\tn += %s\n", i, value)
	}
	text.WriteString("\t}\n\treturn n\n}\n")
	return writeFiles(dir, map[string]string{"go.mod": "module example.com/huge\n\ngo 1.26\n", "goat.yaml": "serve: file\n", "main.go": text.String()})
}

// service writes a module whose main package links net/http and calls packages of
// ten functions each.
func service(dir string, packages int, functions func(p int) string) error {
	var imports, calls strings.Builder
	files := map[string]string{"go.mod": "module example.com/service\n\ngo 1.26\n"}
	for p := range packages {
		fmt.Fprintf(&imports, "\t\"example.com/service/p%d\"\n", p)
		fmt.Fprintf(&calls, "\tn += p%d.Run(n)\n", p)
		files[fmt.Sprintf("p%d/p.go", p)] = functions(p)
	}
	files["main.go"] = fmt.Sprintf("package main\n\nimport (\n\t\"net/http\"\n\n%s)\n\nfunc main() {\n\tn := 0\n%s\tprintln(n)\n\thttp.ListenAndServe(\"127.0.0.1:0\", nil)\n}\n", &imports, &calls)
	return writeFiles(dir, files)
}

// functions is a package of ten functions; a number makes each of its versions
// different.
func functions(p, version int) string {
	var text, calls strings.Builder
	fmt.Fprintf(&text, "package p%d\n", p)
	for f := range 10 {
		fmt.Fprintf(&text, "\nfunc f%[1]d(n int) int {\n\tif n > %[2]d {\n\t\treturn n * %[2]d\n\t}\n\tn += %[1]d + %[2]d\n\treturn n\n}\n", f, version)
		fmt.Fprintf(&calls, "\tn += f%d(n)\n", f)
	}
	fmt.Fprintf(&text, "\nfunc Run(n int) int {\n%s\treturn n\n}\n", &calls)
	return text.String()
}

// longFile writes a module with a file of about n lines.
func longFile(dir string, n int) error {
	const function = `
func f%[1]d(list []int) (sum int, err error) {
	for i, v := range list {
		if v < 0 {
			err = errors.New("negative")
			continue
		}
		switch {
		case i %% 2 == 0:
			sum += v
		case v > %[1]d:
			sum -= v
		}
	}
	defer func() {
		if sum == 0 {
			err = errors.New("empty")
		}
	}()
	if sum > %[1]d && len(list) > 2 {
		return sum, err
	}
	return -sum, err
}
`
	var text, all strings.Builder
	text.WriteString("package main\n\nimport \"errors\"\n")
	for f := range n / strings.Count(function, "\n") {
		fmt.Fprintf(&text, function, f)
		fmt.Fprintf(&all, "f%d, ", f)
	}
	fmt.Fprintf(&text, "\nvar all = []func([]int) (int, error){%s}\n\nfunc main() {\n\tfor _, f := range all {\n\t\tf([]int{1, 2, 3})\n\t}\n}\n", &all)
	return writeFiles(dir, map[string]string{"go.mod": "module example.com/long\n\ngo 1.26\n", "main.go": text.String()})
}

func writeFiles(dir string, files map[string]string) error {
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return fmt.Errorf("writing a generated repository: %w", err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return fmt.Errorf("writing a generated repository: %w", err)
		}
	}
	return nil
}

// commit turns a directory into a repository, commits everything in it and tags the
// commit.
func commit(dir, tag string) error {
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"}, {"add", "-A"},
		{"-c", "user.name=Scale", "-c", "user.email=scale@example.com", "commit", "-q", "-m", tag}, {"tag", tag},
	} {
		c := exec.Command("git", args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("running git %s: %w: %s", args[0], err, out)
		}
	}
	return nil
}
