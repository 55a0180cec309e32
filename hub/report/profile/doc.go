// Package profile reads, merges and writes Go's block coverage.
//
// In: cover profiles as text, and the two binary files that Go's own runtime
// writes (covmeta, covcounters), from anybody: they are untrusted bytes. Out: a
// Profile, which is what package report makes reports of.
//
// Parse reads text, ReadMeta and Meta.Profile the binary files; Merge adds up
// what several processes counted, also where they were built differently;
// Profile.AppendText writes what `go tool cover` reads.
//
// The binary files are decoded here (meta.go, counters.go). The standard
// library can only write them: its readers are internal, and give way to
// damaged input by a panic. `go tool covdata textfmt` would need a Go
// installation beside the hub, a process and two files for each push, and is
// made for files that are one's own. The format has a version, which has been
// 1 since Go 1.20; other versions are refused. The tests compare with covdata.
//
// A Profile knows positions, not functions, and nothing of the source.
package profile
