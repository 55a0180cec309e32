// Package auth says who may do what: tokens with roles and scopes, and the rule
// for a hub without tokens.
//
// In: a token file and requests. Out: handlers that let a request through with
// its Principal, or refuse it. Tokens are compared in constant time and appear in
// no log.
//
// # What it cannot do
//
// There is no TLS here: on a network where others listen, put the hub behind a
// proxy that has it. A token file is read once, at the start.
package auth
