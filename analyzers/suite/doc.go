// Package suite lists goat's analyzers. Every driver ranges over it: goat-vet
// under go vet and go fix, and the golangci-lint plugin.
//
// A driver other than these has to provide the line sets, see config.Provide.
package suite
