// Package modules finds the modules of a build, and the module that a file
// belongs to.
//
// In: the directory and environment of a go command. Out: its main module or the
// modules of its workspace (Query.Find), the modules nested below them (Nested),
// which of them a file belongs to (Owner), and the files that name the modules
// they require (Query.FindRequirements). Package diffsrc compares what is found
// here with a base; internal/session and internal/driver use it to find the
// packages of a build.
//
// The go command decides which go.mod and go.work count. Where nothing unusual is
// set, the files are looked for as it does, which spares starting it; else it is
// asked.
//
// What it cannot do: see files that -overlay puts in the place of others, or list
// packages.
package modules
