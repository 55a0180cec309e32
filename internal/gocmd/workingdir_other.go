//go:build !linux

package gocmd

import "errors"

// Dir cannot look at other processes here.
func (p Process) Dir() (string, error) { return "", errors.ErrUnsupported }
