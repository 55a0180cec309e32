package report

import (
	"bufio"
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteFuncs writes the func report, byte for byte as `go tool cover -func`
// does. That tool ends with an error where a text is missing; here such a file
// has one line, with the name in parentheses.
func (r *Report) WriteFuncs(w io.Writer) error {
	out := bufio.NewWriter(w)
	table := tabwriter.NewWriter(out, 1, 8, 1, '\t', 0)
	for _, f := range r.Files {
		for _, fn := range f.Funcs {
			fmt.Fprintf(table, "%s:%d:\t%s\t%.1f%%\n", f.Name, fn.Line, fn.Name, fn.Percent())
		}
		if f.Missing != "" {
			fmt.Fprintf(table, "%s:\t(no source)\t%.1f%%\n", f.Name, f.Total.Percent())
		}
	}
	fmt.Fprintf(table, "total:\t(statements)\t%.1f%%\n", r.Total.Percent())
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the func report: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the func report: %w", err)
	}
	return nil
}
