package fleet

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about an error.
type Kind int

// The kinds.
const (
	Invalid         Kind = iota + 1 // the request is wrong and stays wrong
	NotFound                        // no such service, release, build or blob
	UnknownInstance                 // the instance has to register
	DigestMismatch                  // the bytes are not those that were named
	TooLarge                        // over a limit
	Forbidden                       // not with these rights
	Conflict                        // not in this state
	Busy                            // not now
)

// Error is an error that the sender of a request has to know of. Everything
// else that goes wrong is the hub's own affair.
type Error struct {
	Kind   Kind
	Detail string // for people; ends with the next step where there is one
}

func (e *Error) Error() string { return e.Detail }

// Errorf makes an *Error.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{kind, fmt.Sprintf(format, args...)}
}

// KindOf is the kind of the *Error in err's chain, or 0.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
