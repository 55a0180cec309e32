package diffsrc_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
)

// Functions of some size that have no line in common.
const (
	parseText = `func parse(input string) (*tree, error) {
	scanner := newScanner(input)
	for scanner.next() {
		node, err := build(scanner.token())
		if err != nil {
			return nil, err
		}
		root.children = append(root.children, node)
	}
	return root, scanner.err
}
`
	storeText = `func store(db *database, key string, value []byte) error {
	tx, err := db.begin(context.Background())
	if err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	defer tx.rollback()
	tx.put(key, value)
	db.metrics.written.add(len(value))
	return tx.commit()
}
`
	serveText = `func serve(w writer, r *request) {
	body := limit(r.body, maximum)
	switch r.method {
	case "GET":
		w.write(lookup(r.path))
	case "PUT":
		w.status(created)
		save(r.path, body)
	default:
		w.status(notAllowed)
	}
	logger.info("served", "path", r.path)
}
`
	smallText = "func (l list) Len() int { return len(l) }\n"
	swapText  = "func (l list) Swap(i, j int) { l[i], l[j] = l[j], l[i] }\n"
	lessText  = "func (l list) Less(i, j int) bool { return l[i] < l[j] }\n"
)

func source(functions ...string) string {
	return "package p\n\n" + strings.Join(functions, "\n")
}

// changedAt marks the lines of a text that begin with one of begins.
func changedAt(precisions, text string, begins ...string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(strings.TrimSpace(line), b) }) {
			lines[i] += " //~" + precisions
		}
	}
	return strings.Join(lines, "\n")
}

// allChanged marks each line of a text.
func allChanged(precisions, text string) string { return changedAt(precisions, text, "") }

func replaced(text string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(text)
}

// TestCopiedCodeIsChanged checks that a copy is changed code while its original
// stays.
func TestCopiedCodeIsChanged(t *testing.T) {
	t.Parallel()
	cases := copiedCases()
	runTruth(t, cases)
	runTruthRequired(t, cases)
}

func copiedCases() []truthCase {
	parse2, store2 := replaced(parseText, "parse(", "parseAgain("), replaced(storeText, "store(", "keep(", "tx.put(key, value)", "tx.put(prefix+key, value)")
	return []truthCase{
		{"file, and a little changed",
			"-- a.go --\n" + source(parseText, storeText, serveText),
			"-- a.go --\n" + source(parseText, storeText, serveText) + "-- sub/b.go ~123 --\n" + source(parseText, store2, serveText)},
		{"file, unchanged, while the original changed",
			"-- a.go --\n" + source(parseText, storeText),
			"-- a.go --\n" + source(parseText, changedAt("123", replaced(storeText, "tx.put(key", "tx.put(name"), "tx.put")) + "-- sub/a.go ~123 --\n" + source(parseText, storeText)},
		{"function within a file",
			"-- a.go --\n" + source(parseText, storeText),
			"-- a.go --\n" + source(parseText, storeText, allChanged("123", parse2))},
		{"function within a file, in front of its original",
			"-- a.go --\n" + source(parseText, storeText),
			"-- a.go --\n" + source(allChanged("123", parse2), parseText, storeText)},
		{"function to a file of another package",
			"-- a.go --\n" + source(parseText, storeText) + "-- q/q.go --\npackage q\n\n" + serveText,
			"-- a.go --\n" + source(parseText, storeText) + "-- q/q.go --\npackage q\n\n" + serveText + "\n" + allChanged("123", storeText)},
		{"function, while its original's file changed",
			"-- a.go --\n" + source(parseText, storeText) + "-- q/q.go --\npackage q\n\n" + serveText,
			"-- a.go --\n" + source(changedAt("123", replaced(parseText, "newScanner(input)", "newScanner(input, 1)"), "scanner :="), storeText) +
				"-- q/q.go --\npackage q\n\n" + serveText + "\n" + allChanged("123", storeText)},
		{"statements within a function",
			"-- a.go --\n" + source(storeText),
			"-- a.go --\n" + source(replaced(storeText, "\tdefer", "\tdb.metrics.written.add(len(value)) //~123\n\tdefer"))},
		{"a guard that repeats one",
			"-- a.go --\npackage p\n\nfunc f() error {\n\ta, err := one()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn two(a)\n}\n",
			"-- a.go --\npackage p\n\nfunc f() error {\n\ta, err := one()\n\tif err != nil {\n\t\treturn err\n\t}\n\terr = check(a) //~123\n\tif err != nil { //~123\n\t\treturn err //~123\n\t}\n\treturn two(a)\n}\n"},
		{"a guard in another function",
			"-- a.go --\npackage p\n\nfunc f() error {\n\terr := one()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn two()\n}\n\nfunc g() error {\n\treturn three()\n}\n",
			"-- a.go --\npackage p\n\nfunc f() error {\n\terr := one()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn two()\n}\n\nfunc g() error {\n\tif err != nil { //~123\n\t\treturn err //~123\n\t}\n\treturn three()\n}\n"},
		{"small functions",
			"-- a.go --\n" + source(smallText, swapText, lessText),
			"-- a.go --\n" + source(smallText, swapText, lessText) + "-- q/q.go ~123 --\n" + source(smallText, swapText, lessText)},
	}
}

// TestMovedCodeIsUnchanged checks that moved code is unchanged at precision 1,
// and that edits in it are changed.
func TestMovedCodeIsUnchanged(t *testing.T) {
	t.Parallel()
	cases := movedCases()
	runTruth(t, cases)
	runTruthRequired(t, cases)
}

func movedCases() []truthCase {
	large := replaced(serveText+"\n"+serveText, "serve(w", "serveMany(w") + "\n" + replaced(parseText, "parse(", "parseMany(")
	nested := "func nest(a int) {\n\tif a > limit {\n\t\tfirst(a)\n\t\tlogger.warn(\"too many of them\", \"count\", a)\n\t\tmetrics.dropped.add(a - limit)\n\t\tmetrics.refused.add(1)\n\t}\n\tlast(a)\n}\n"
	flat := "func nest(a int) {\n\tif a > limit {\n\t\tfirst(a)\n\t}\n\tlogger.warn(\"too many of them\", \"count\", a) //~23\n\tmetrics.dropped.add(a - limit) //~23\n\tmetrics.refused.add(1) //~23\n\tlast(a)\n}\n"
	return []truthCase{
		{"function within a file",
			"-- a.go --\n" + source(storeText, large),
			"-- a.go --\n" + source(large, allChanged("23", storeText))},
		{"function between files",
			"-- a.go --\n" + source(large, storeText) + "-- b.go --\n" + source(parseText),
			"-- a.go --\n" + source(large) + "-- b.go --\n" + source(parseText, allChanged("23", storeText))},
		{"function to a new file",
			"-- a.go --\n" + source(large, storeText),
			"-- a.go --\n" + source(large) + "-- b.go ~23 --\n" + source(storeText)},
		{"function to a package with another name",
			"-- a.go --\n" + source(large, storeText) + "-- q/q.go --\npackage q\n\n" + parseText,
			"-- a.go --\n" + source(large) + "-- q/q.go --\npackage q\n\n" + parseText + "\n" +
				changedAt("1", allChanged("23", replaced(storeText, "tx.put(key", "tx.put(p.Key")), "tx.put")},
		{"file renamed with its package",
			"-- a.go --\n" + source(parseText, storeText, serveText),
			"-- q/b.go ~3 --\n" + replaced(source(parseText, changedAt("12", replaced(storeText, "tx.put(key", "tx.put(name"), "tx.put"), serveText), "package p", "package q")},
		{"block out of an indented one",
			"-- a.go --\n" + source(nested, large),
			"-- a.go --\n" + source(flat, large)},
		{"block into an indented one",
			"-- a.go --\n" + source(strings.ReplaceAll(flat, " //~23", ""), large),
			"-- a.go --\n" + source(changedAt("23", nested, "logger.warn", "metrics."), large)},
		{"block out of an indented one to another file",
			"-- a.go --\n" + source(nested, large) + "-- b.go --\n" + source(parseText),
			"-- a.go --\n" + source("func nest(a int) {\n\tif a > limit {\n\t\tfirst(a)\n\t\trefuse(a) //~123\n\t}\n\tlast(a)\n}\n", large) + "-- b.go --\n" +
				source(parseText, "func refuse(a int) { //~123\n\tlogger.warn(\"too many of them\", \"count\", a) //~23\n\tmetrics.dropped.add(a - limit) //~23\n\tmetrics.refused.add(1) //~23\n}\n")},
		{"function, and something similar in its place",
			"-- a.go --\n" + source(parseText, storeText, large),
			"-- a.go --\n" + source(parseText, changedAt("123", replaced(storeText, "store(", "keep(", "tx.put(key", "tx.put(name", "tx.rollback", "tx.close", "begin(", "open(", "written.", "kept.", "tx.commit", "tx.end", "beginning", "opening", "err != nil", "bad(err)"), "")+
				"", large) + "-- b.go ~23 --\n" + source(storeText)},
		{"function, and a new one that ends alike in its place",
			"-- a.go --\n" + source(parseText, large),
			"-- a.go ~? --\n" + source(allChanged("1", "func other(input string) (*tree, error) {\n\tif input != \"\" {\n\t\treturn nil, errOther\n\t}\n\treturn root, scanner.err\n}\n"), large, parseText)},
		{"small functions within a file", // at 2 and 3, git decides which side counts as moved
			"-- a.go --\n" + source(smallText, swapText, lessText, large),
			"-- a.go ~? --\n" + source(large, smallText, swapText, lessText)},
		{"small functions between files",
			"-- a.go --\n" + source(smallText, swapText, large) + "-- b.go --\n" + source(parseText),
			"-- a.go --\n" + source(large) + "-- b.go --\n" + source(parseText, allChanged("23", smallText), allChanged("23", swapText))},
		{"one small function between files",
			"-- a.go --\n" + source("func (l list) Len() int {\n\treturn len(l)\n}\n", large) + "-- b.go --\n" + source(parseText),
			"-- a.go --\n" + source(large) + "-- b.go --\n" + source(parseText, allChanged("23", "func (l list) Len() int {\n\treturn len(l)\n}\n"))},
	}
}

// TestMovedAndCopied moves code to two places. One base line excuses one new
// line, so either of the two places is changed.
func TestMovedAndCopied(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		base, now map[string]string
	}{
		{"function to two files",
			map[string]string{"a.go": source(parseText, storeText), "b.go": source(serveText), "c/c.go": source(lessText)},
			map[string]string{"a.go": source(parseText), "b.go": source(serveText, storeText), "c/c.go": source(lessText, storeText)}},
		{"small function to two files",
			map[string]string{"a.go": source(parseText, lessText), "b.go": source(serveText), "c/c.go": source(storeText)},
			map[string]string{"a.go": source(parseText), "b.go": source(serveText, lessText), "c/c.go": source(storeText, lessText)}},
		{"file renamed and copied",
			map[string]string{"a.go": source(parseText, storeText, serveText)},
			map[string]string{"b/b.go": source(parseText, storeText, serveText), "c/c.go": source(parseText, storeText, serveText)}},
		{"file renamed, and copied with a change",
			map[string]string{"a.go": source(parseText, storeText, serveText)},
			map[string]string{"b/b.go": source(parseText, storeText, serveText), "c/c.go": source(parseText, storeText, replaced(serveText, "maximum", "maximum+1"))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, c.base)
			r.replace(c.base, c.now, "")
			excusedOnce(t, c.base, c.now, compute(t, r.options()).Modules["example.com/m"])
		})
		t.Run(c.name+" in a required module", func(t *testing.T) {
			t.Parallel()
			_, o := newVendored(t, c.base, c.now)
			excusedOnce(t, c.base, c.now, compute(t, o).Modules["example.com/dep"])
		})
	}
}

// excusedOnce checks that no more copies of a statement are unchanged than the
// base has.
func excusedOnce(t *testing.T, base, now map[string]string, got diffsrc.ModuleLines) {
	t.Helper()
	then, unchanged := make(map[string]int), make(map[string]int)
	for _, text := range base {
		for _, s := range statements(t, text, nil) {
			then[s.text]++
		}
	}
	for name, text := range now {
		for _, s := range statements(t, text, got[name].Lines) {
			if !s.changed {
				unchanged[s.text]++
			}
		}
	}
	if diff := cmp.Diff(then, unchanged); diff != "" {
		t.Errorf("unchanged statements: got +, want as many as the base has, -:\n%s", diff)
	}
}
