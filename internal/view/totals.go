package view

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
)

// Groups are what totals can be grouped by.
func Groups() []string { return []string{"component", "package", "file", "func", "owner"} }

// totals returns a release's totals by one of Groups.
func (o *Options) totals(r *coverage.Release, by string) []coverage.Total {
	switch by {
	case "component":
		return r.Components()
	case "package":
		return r.Totals(coverage.ByPackage)
	case "file":
		return r.Totals(coverage.ByFile)
	case "owner":
		if o.Owners == nil {
			return nil
		}
		return r.Totals(o.Owners(r))
	}
	return r.Totals(coverage.ByFunc)
}

func (o *Options) printTotals(w io.Writer, r *coverage.Release) error {
	table := terminal.Table{Above: "\n", Titles: []string{strings.ToUpper(o.By), "COVERED", "", "IN SOME", "NEVER"}, Right: []int{1, 2, 3, 4}, Width: o.Screen.Width}
	return table.Print(w, func(add terminal.AddRow) error {
		for _, t := range o.totals(r, o.By) {
			add("", t.Name, fmt.Sprintf("%d of %d", t.Covered, t.Total), strconv.Itoa(t.Percent())+"%", strconv.Itoa(t.Some), strconv.Itoa(t.Never()))
		}
		return nil
	})
}
