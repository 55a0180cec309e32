//go:build !linux

package vet

import "errors"

// workingDir cannot be had from here.
func workingDir(int) (string, error) { return "", errors.ErrUnsupported }
