// Package terminaltest opens real terminals for tests.
//
// In: a size. Out: both ends of a pseudo-terminal of Linux; elsewhere there is none.
package terminaltest
