package trackpage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrNoTrack is in the error about what is no page of /track.
var ErrNoTrack = errors.New("check that it is /track of a binary built with goat")

// broken says what is wrong with a text that is no JSON, or JSON of others.
func broken(err error) error {
	var syntax *json.SyntaxError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input" {
		return errors.New("it ends early; read it again, or remove it")
	}
	return fmt.Errorf("%w; %w", err, ErrNoTrack)
}
