package rows

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Dialect is how an engine differs from the others.
type Dialect struct {
	Name  string // as people call it
	Begin string // begins a transaction that writes

	// Limit is how long a transaction or a query may take; 0 is without a limit.
	Limit time.Duration

	// Setup are statements for each new connection that writes.
	Setup []string

	// Clock is the expression of the database's time, in milliseconds since 1970.
	// Without it, this machine's time counts.
	Clock string

	// Random is an expression of a random number from 0 to less than ?2.
	Random string

	// OneWriter says that transactions that write never overlap. Then rows need no
	// locks of their own.
	OneWriter bool

	// Numbered says that placeholders are $1, $2, … instead of question marks.
	Numbered bool

	// Returning says that the id of a new row is read with RETURNING.
	Returning bool

	// Again says that an error comes from another transaction at the same time, and
	// that the same transaction may succeed if it is tried again.
	Again func(error) bool

	// Away says that an error comes from the database's state, and not from the
	// statement: it restarts, or cannot be reached.
	Away func(error) bool

	// Explain returns an error with the next step for people, or err itself.
	Explain func(error) error

	// Catalog is what moving rows needs.
	Catalog Catalog

	// Rewrite turns a statement into the engine's.
	Rewrite func(string) string

	// Word turns a text into one that the engine can store.
	Word func(string) string

	texts sync.Map // statement → *statement
}

// statement is a statement as the engine reads it.
type statement struct {
	text  string
	order []int // which argument each placeholder stands for; nil: all in order
}

// Locks matches what SQLite does not have and does not need.
var Locks = regexp.MustCompile(` FOR (UPDATE|SHARE)( SKIP LOCKED)?`)

// statement returns the engine's form of a statement.
func (d *Dialect) statement(text string) *statement {
	if s, ok := d.texts.Load(text); ok {
		return s.(*statement) //nolint:forcetypeassert // nothing else is stored
	}
	s := &statement{text: text}
	if d.Rewrite != nil {
		s.text = d.Rewrite(text)
	}
	if d.Numbered {
		s.number()
	} else if strings.Contains(s.text, "?1") && !d.OneWriter {
		s.spread()
	}
	d.texts.Store(text, s)
	return s
}

var placeholder = regexp.MustCompile(`\?(\d*)`)

// number writes placeholders as $1, $2, ….
func (s *statement) number() {
	n := 0
	s.text = placeholder.ReplaceAllStringFunc(s.text, func(p string) string {
		if p != "?" {
			return "$" + p[1:]
		}
		n++
		return "$" + strconv.Itoa(n)
	})
}

// spread writes numbered placeholders as question marks, each with an argument
// of its own.
func (s *statement) spread() {
	for _, p := range placeholder.FindAllStringSubmatch(s.text, -1) {
		n, err := strconv.Atoi(p[1])
		if err != nil {
			n = len(s.order) + 1
		}
		s.order = append(s.order, n-1)
	}
	s.text = placeholder.ReplaceAllString(s.text, "?")
}

// args returns the arguments in the engine's order and types: numbers, texts and
// bytes. Yes and no are 1 and 0.
func (d *Dialect) args(s *statement, given []any) []any {
	args := given
	if s.order != nil {
		args = make([]any, len(s.order))
		for i, n := range s.order {
			args[i] = given[n]
		}
	}
	plain := make([]any, len(args))
	for i, arg := range args {
		plain[i] = d.arg(arg)
	}
	return plain
}

func (d *Dialect) arg(arg any) any {
	switch v := arg.(type) {
	case string:
		return d.word(v)
	case []byte, int64, float64:
		return v
	}
	switch v := reflect.ValueOf(arg); {
	case v.Kind() == reflect.Bool && v.Bool():
		return int64(1)
	case v.Kind() == reflect.Bool:
		return int64(0)
	case v.CanInt():
		return v.Int()
	case v.Kind() == reflect.String:
		return d.word(v.String())
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return v.Bytes()
	}
	return arg
}

func (d *Dialect) word(text string) string {
	if d.Word == nil {
		return text
	}
	return d.Word(text)
}
