package fleet

import "fmt"

// Kind says what a caller can do about an error. It is an error itself, so that
// errors.Is(err, NotFound) works.
type Kind string

// The kinds.
const (
	Invalid         Kind = "the request is wrong and stays wrong"
	NotFound        Kind = "there is no such thing"
	UnknownInstance Kind = "the instance has to register"
	UnknownRun      Kind = "the run has to be announced"
	Deleted         Kind = "it was deleted"
	DigestMismatch  Kind = "the bytes are not those that were named"
	TooLarge        Kind = "over a limit"
	Forbidden       Kind = "not with these rights"
	Conflict        Kind = "not in this state"
	Busy            Kind = "not now"
)

func (k Kind) Error() string { return string(k) }

// Error is an error that is meant for the sender of a request. All other errors
// are the hub's own.
type Error struct {
	Kind   Kind
	Detail string // for people, with the next step at the end
}

func (e *Error) Error() string { return e.Detail }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Errorf makes an *Error.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{kind, fmt.Sprintf(format, args...)}
}
