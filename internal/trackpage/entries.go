package trackpage

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// eachEntry decodes a JSON array and calls f for each entry. Nothing and null
// are empty.
func eachEntry[T any](array json.RawMessage, f func(T) error) error {
	if len(array) == 0 || string(array) == "null" {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(array))
	if bracket, err := decoder.Token(); err != nil || bracket != json.Delim('[') {
		return fmt.Errorf("it has no list where one belongs; %w", ErrNoTrack)
	}
	for decoder.More() {
		var entry T
		if err := decoder.Decode(&entry); err != nil {
			return broken(err)
		}
		if err := f(entry); err != nil {
			return err
		}
	}
	return nil
}
