// Package wire is what the hub's HTTP handlers share: bodies that are unpacked
// and bounded, JSON answers, and errors as RFC 9457 problems.
//
// In: requests, and fleet's errors. Out: bytes up to a limit, and answers. It
// has no routes.
package wire
