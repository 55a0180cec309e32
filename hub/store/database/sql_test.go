package database_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The SQL keeps to what PostgreSQL-compatible distributed databases have, too.
// This reads all files with SQL, also the tracer's.
func TestPortableSQL(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"advisory locks":                    regexp.MustCompile(`(?i)pg_(try_)?advisory|GET_LOCK\(|WithSessionLocker`),
		"LISTEN and NOTIFY":                 regexp.MustCompile(`\b(LISTEN|NOTIFY|UNLISTEN)\b|pg_notify`),
		"sequences that must have no gaps":  regexp.MustCompile(`(?i)nextval|currval|lastval|CREATE SEQUENCE|\bSERIAL\b|BIGSERIAL`),
		"table locks":                       regexp.MustCompile(`\bLOCK TABLES?\b`),
		"triggers and procedures":           regexp.MustCompile(`(?i)CREATE (OR REPLACE )?(TRIGGER|FUNCTION|PROCEDURE)`),
		"temporary tables and system names": regexp.MustCompile(`(?i)CREATE TEMP|\bctid\b|\bxmin\b|\browid\b`),
		"cursors that are held":             regexp.MustCompile(`\bDECLARE\b.*\bCURSOR\b|WITH HOLD`),
		"COPY, of which each has its own":   regexp.MustCompile(`\bCOPY\b.*\bFROM STDIN\b`),
	}
	read := 0
	err := filepath.WalkDir(filepath.Join("..", ".."), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".sql") && !strings.HasSuffix(name, ".go") {
			return err
		}
		slashed := filepath.ToSlash(name)
		if strings.Contains(slashed, "/sqlite/") { // never a distributed database
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		code := withoutComments(string(text))
		for what, pattern := range forbidden {
			if found := pattern.FindString(code); found != "" {
				t.Errorf("%s has %q: no %s", name, found, what)
			}
		}
		if strings.HasSuffix(name, ".sql") {
			read++
			noMixture(t, name, string(text))
			if strings.HasPrefix(slashed, "../../store/postgres/") || strings.HasPrefix(slashed, "../../store/mysql/") {
				oneStatement(t, name, string(text))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 50 {
		t.Errorf("got %d files with steps of schemas, want those of all engines", read)
	}
}

// oneStatement checks that a step is one statement in each direction and runs
// outside a transaction, so that changes of the schema never share one with data.
func oneStatement(t *testing.T, name, text string) {
	if !strings.HasPrefix(strings.TrimLeft(withoutPlainComments(text), "\n"), "-- +goose NO TRANSACTION") {
		t.Errorf("%s does not begin with -- +goose NO TRANSACTION", name)
	}
	up, down, found := strings.Cut(text, "-- +goose Down")
	if !found {
		t.Errorf("%s has no way down", name)
	}
	for _, part := range []string{up, down} {
		if n := strings.Count(withoutComments(part), ";"); n != 1 {
			t.Errorf("%s has %d statements in one direction, want one", name, n)
		}
	}
}

// noMixture checks that a step does not change schema and data together.
func noMixture(t *testing.T, name, text string) {
	up, down, _ := strings.Cut(text, "-- +goose Down")
	for _, part := range []string{up, down} {
		code := withoutComments(part)
		if schema.MatchString(code) && data.MatchString(code) {
			t.Errorf("%s changes the schema and data in one step", name)
		}
	}
}

var (
	schema        = regexp.MustCompile(`(?m)^(CREATE|ALTER|DROP)\b`)
	data          = regexp.MustCompile(`(?m)^(INSERT|UPDATE|DELETE)\b`)
	comments      = regexp.MustCompile(`(?m)//.*$|^\s*--.*$`)
	plainComments = regexp.MustCompile(`(?m)^-- [^+].*$`)
)

func withoutComments(text string) string      { return comments.ReplaceAllString(text, "") }
func withoutPlainComments(text string) string { return plainComments.ReplaceAllString(text, "") }
