package terminal

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Output is a command's standard output. It remembers that something could not
// be written, so that a command may print without a look at each error.
type Output struct {
	w   io.Writer
	err error
}

// NewOutput returns an Output that writes to w.
func NewOutput(w io.Writer) *Output { return &Output{w: w} }

// Unwrap returns what the output goes to.
func (o *Output) Unwrap() io.Writer { return o.w }

// Err returns the error of the first write that failed; nil for none.
func (o *Output) Err() error { return o.err }

// Write implements io.Writer. After the first error it writes nothing more.
func (o *Output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}

// Code returns the exit code of a command that would end with code: 1 where
// its output was lost. That is said on stderr, unless the reader of a pipe has
// gone away, as in "goat points app | head".
func (o *Output) Code(code int, command string, stderr io.Writer) int {
	if o.err == nil {
		return code
	}
	if !errors.Is(o.err, syscall.EPIPE) {
		fmt.Fprintf(stderr, "%s: writing to standard output: %v; make room or write elsewhere\n", command, o.err)
	}
	if code == 0 {
		return 1
	}
	return code
}
