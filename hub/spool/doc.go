// Package spool hands what programs have left in files to a hub.
//
// In: a directory, which is GOAT_DIR of programs that have ended, or could not
// push: the spool of docs/hub-protocol.md, and files with /track's JSON. Out: the
// protocol's requests to a hub. The files stay; handing them over again changes
// nothing.
//
// # What it cannot do
//
// /track's JSON says neither environment nor branch: the caller does. A first hit
// whose time is not known is as old as its file.
package spool
