package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// attributes are those git attributes of a file by which git converts its
// content between the work tree and the repository, line ends aside.
type attributes struct {
	ident    bool
	filter   string // a driver that is configured; "" for none
	encoding string // of the file in the work tree; "" for UTF-8
}

// foreign reports whether git would convert the file in a way that is not
// followed here: by a program, or from another encoding.
func (a attributes) foreign() bool { return a.filter != "" || a.encoding != "" }

// String is what stands in a file of attributes.
func (a attributes) String() string {
	if a.filter != "" {
		return "filter=" + a.filter
	}
	return "working-tree-encoding=" + a.encoding
}

// listConverted is listGo, of the files that have one of these attributes.
var listConverted = []string{"ls-files", "-z", "-c", "-o", "--exclude-standard", "--",
	":(glob)**/*.go", ":(exclude,glob,attr:!filter !ident !working-tree-encoding)**/*.go"}

// contentAttributes returns the attributes of the .go files that have any. git
// says which ones; reading attributes starts no program.
//
// Where there are none, the next build need not ask again: a file that could
// give some is one of listGo's, or info/attributes. (The user's own file of
// attributes is not looked at again.)
func (r *repository) contentAttributes(ctx context.Context) (map[string]attributes, error) {
	names, err := r.git.fixed().run(ctx, nil, listConverted...)
	if err != nil {
		return nil, fmt.Errorf("listing the attributes of files of %s: %w", r.top, err)
	}
	if len(names) == 0 {
		r.git.witness.saw(r.attributes)
		return nil, nil
	}
	r.git.witness.asked(r.git, Asked{Args: listConverted}, names, nil)
	out, err := r.git.runWith(ctx, string(names), "check-attr", "-z", "--stdin", "filter", "ident", "working-tree-encoding")
	if err != nil {
		return nil, fmt.Errorf("reading the attributes of files of %s: %w", r.top, err)
	}
	drivers, err := r.filterDrivers(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[string]attributes)
	fields := bytes.Split(out, []byte{0})
	for ; len(fields) >= 3; fields = fields[3:] {
		name, value := string(fields[0]), string(fields[2])
		a := found[name]
		switch unset := value == "unspecified" || value == "unset"; string(fields[1]) {
		case "ident":
			a.ident = value == "set"
		case "filter":
			if drivers[value] {
				a.filter = value
			}
		case "working-tree-encoding":
			if !unset && value != "set" && !strings.EqualFold(value, "UTF-8") && !strings.EqualFold(value, "UTF8") {
				a.encoding = value
			}
		}
		if a != (attributes{}) {
			found[name] = a
		}
	}
	return found, nil
}

// filterDrivers returns the filters that are configured. Of every other one git
// takes no notice.
func (r *repository) filterDrivers(ctx context.Context) (map[string]bool, error) {
	out, err := r.git.run(ctx, nil, "config", "-z", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if err != nil && exitCode(err) != 1 { // 1 is: there is none
		return nil, fmt.Errorf("looking for the filters of %s: %w", r.top, err)
	}
	drivers := make(map[string]bool)
	for key := range strings.SplitSeq(string(out), "\x00") {
		if i := strings.LastIndexByte(key, '.'); i > len("filter.") {
			drivers[key[len("filter."):i]] = true
		}
	}
	return drivers, nil
}

// noteForeign says of files that are compared as they stand that git would
// convert them.
func (c *comparison) noteForeign(r *repository, files map[string]workFile) {
	byKind := make(map[string][]string)
	for name, f := range files {
		if _, _, ok := c.owner.Of(r.absolute(name)); ok && f.oid == "" && f.attributes.foreign() {
			byKind[f.attributes.String()] = append(byKind[f.attributes.String()], name)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		names := byKind[kind]
		first := slices.Min(names)
		text := fmt.Sprintf("%s has the git attribute %s", first, kind)
		if len(names) > 1 {
			text = fmt.Sprintf("%s and %d more files have the git attribute %s", first, len(names)-1, kind)
		}
		text += ", which goat does not apply (it runs no filter and does not recode): where git stores such a file in another form, the file counts whole; " +
			"name it in ignores in goat.yaml to leave it out"
		c.Log.Warn("comparing files without their filter", "attribute", kind, "files", len(names), "first", first)
		c.set.Warnings = append(c.set.Warnings, text)
	}
}

// collapseIdent undoes what git writes at checkout into a file with the
// attribute ident: $Id: … $ becomes $Id$, on one line.
func collapseIdent(content []byte) []byte {
	marker := []byte("$Id:")
	if !bytes.Contains(content, marker) {
		return content
	}
	out := make([]byte, 0, len(content))
	for {
		before, after, ok := bytes.Cut(content, marker)
		out = append(out, before...)
		if !ok {
			return out
		}
		end := bytes.IndexAny(after, "$\n")
		if end >= 0 && after[end] == '$' {
			out, content = append(out, "$Id$"...), after[end+1:]
		} else {
			out, content = append(out, marker...), after
		}
	}
}
