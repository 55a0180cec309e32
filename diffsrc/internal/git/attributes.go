package git

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// Attributes are the git attributes of a file by which git converts its content
// between the work tree and the repository, except for line ends.
type Attributes struct {
	Ident    bool
	filter   string // name of a configured filter driver; "" for none
	encoding string // encoding of the file in the work tree; "" for UTF-8
}

// Foreign reports whether git would convert the file in a way that goat does
// not: with a program, or from another encoding.
func (a Attributes) Foreign() bool { return a.filter != "" || a.encoding != "" }

// String returns the attributes as in a .gitattributes file.
func (a Attributes) String() string {
	if a.filter != "" {
		return "filter=" + a.filter
	}
	return "working-tree-encoding=" + a.encoding
}

// listConverted lists the files of listGo that have one of these attributes.
var listConverted = []string{"ls-files", "-z", "-c", "-o", "--exclude-standard", "--",
	":(glob)**/*.go", ":(exclude,glob,attr:!filter !ident !working-tree-encoding)**/*.go"}

// ContentAttributes returns the attributes of the .go files that have any. It
// asks git, which starts no program for reading attributes.
//
// The witness does not need to ask again if no file has any: attributes can
// only appear with a file that listGo lists or in info/attributes. (It does not
// look at the user's own attributes file again.)
func (r *Repository) ContentAttributes(ctx context.Context) (map[string]Attributes, error) {
	names, err := r.Git.Fixed().Run(ctx, nil, listConverted...)
	if err != nil {
		return nil, fmt.Errorf("listing the attributes of files of %s: %w", r.Top, err)
	}
	if len(names) == 0 {
		r.Git.Witness.Saw(r.attributes)
		return nil, nil
	}
	r.Git.note(Question{Args: listConverted}, names, nil)
	out, err := r.Git.runWith(ctx, string(names), "check-attr", "-z", "--stdin", "filter", "ident", "working-tree-encoding")
	if err != nil {
		return nil, fmt.Errorf("reading the attributes of files of %s: %w", r.Top, err)
	}
	drivers, err := r.filterDrivers(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[string]Attributes)
	fields := bytes.Split(out, []byte{0})
	for ; len(fields) >= 3; fields = fields[3:] {
		name, value := string(fields[0]), string(fields[2])
		a := found[name]
		switch unset := value == "unspecified" || value == "unset"; string(fields[1]) {
		case "ident":
			a.Ident = value == "set"
		case "filter":
			if drivers[value] {
				a.filter = value
			}
		case "working-tree-encoding":
			if !unset && value != "set" && !strings.EqualFold(value, "UTF-8") && !strings.EqualFold(value, "UTF8") {
				a.encoding = value
			}
		}
		if a != (Attributes{}) {
			found[name] = a
		}
	}
	return found, nil
}

// filterDrivers returns the configured filters. git ignores all others.
func (r *Repository) filterDrivers(ctx context.Context) (map[string]bool, error) {
	out, err := r.Git.Run(ctx, nil, "config", "-z", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if err != nil && ExitCode(err) != 1 { // 1 means that there is none
		return nil, fmt.Errorf("looking for the filters of %s: %w", r.Top, err)
	}
	drivers := make(map[string]bool)
	for key := range strings.SplitSeq(string(out), "\x00") {
		if i := strings.LastIndexByte(key, '.'); i > len("filter.") {
			drivers[key[len("filter."):i]] = true
		}
	}
	return drivers, nil
}

// CollapseIdent undoes what git does at checkout to files with the attribute
// ident: it turns $Id: … $ on one line into $Id$.
func CollapseIdent(content []byte) []byte {
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
