package source

import (
	"context"
	"errors"
	"fmt"

	"github.com/goat-trace/goat/internal/codeowners"
	"github.com/goat-trace/goat/internal/coverage"
)

// Groups of files that no rule names anybody for, and of files elsewhere.
const (
	NoOwner   = "(no owner)"
	Elsewhere = "(not in this repository)"
)

// FindOwners reads the CODEOWNERS file of the commit, or of the work tree where
// that has to do. What is wrong with its lines is in problems; an error says that
// there is no such file.
func (t *Tree) FindOwners(ctx context.Context) (problems []error, err error) {
	for _, name := range codeowners.Locations() {
		text, ok := t.workFile(name)
		if t.commit != nil {
			texts, err := t.commit.Read(ctx, []string{name})
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", name, err)
			}
			text, ok = texts[name]
		}
		if !ok {
			continue
		}
		if len(text) > codeowners.MaxBytes {
			return nil, fmt.Errorf("reading %s: it has more than %d MB, and GitHub reads no such file; make it shorter", name, codeowners.MaxBytes>>20)
		}
		t.owners, problems = codeowners.Parse(text)
		for i, problem := range problems {
			problems[i] = fmt.Errorf("%s: %w", name, problem)
		}
		return problems, nil
	}
	return nil, errors.New("there is no CODEOWNERS in .github/, at the top of the repository or in docs/; run goat where the sources are")
}

// Owners are groups for coverage.Totals: all owners of a site's file.
func (t *Tree) Owners(s *coverage.Site) []string {
	name, ok := t.Path(s)
	if !ok || t.owners == nil {
		return []string{Elsewhere}
	}
	if owners := t.owners.Owners(name); len(owners) > 0 {
		return owners
	}
	return []string{NoOwner}
}
