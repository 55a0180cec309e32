package git

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// Attributes are those git attributes of a file by which git converts its
// content between the work tree and the repository, line ends aside.
type Attributes struct {
	Ident    bool
	filter   string // a driver that is configured; "" for none
	encoding string // of the file in the work tree; "" for UTF-8
}

// Foreign reports whether git would convert the file in a way that is not
// followed here: by a program, or from another encoding.
func (a Attributes) Foreign() bool { return a.filter != "" || a.encoding != "" }

// String returns the attribute as a line of a .gitattributes file has it.
func (a Attributes) String() string {
	if a.filter != "" {
		return "filter=" + a.filter
	}
	return "working-tree-encoding=" + a.encoding
}

// listConverted is listGo, of the files that have one of these attributes.
var listConverted = []string{"ls-files", "-z", "-c", "-o", "--exclude-standard", "--",
	":(glob)**/*.go", ":(exclude,glob,attr:!filter !ident !working-tree-encoding)**/*.go"}

// ContentAttributes returns the attributes of the .go files that have any. git
// says which ones; reading attributes starts no program.
//
// Where there are none, the next build need not ask again: a file that could
// give some is one of listGo's, or info/attributes. (The user's own file of
// attributes is not looked at again.)
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

// filterDrivers returns the filters that are configured. Of every other one git
// takes no notice.
func (r *Repository) filterDrivers(ctx context.Context) (map[string]bool, error) {
	out, err := r.Git.Run(ctx, nil, "config", "-z", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if err != nil && ExitCode(err) != 1 { // 1 is: there is none
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

// CollapseIdent undoes what git writes at checkout into a file with the
// attribute ident: $Id: … $ becomes $Id$, on one line.
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
