// Package modules finds the modules of a build, and the module that a file
// belongs to.
//
// In: the directory and environment of a go command. Out: its main module or
// the modules of its workspace (Query.Find), the modules nested below them
// (Nested), the module that a file belongs to (Owner), and the files that name
// the required modules (Query.FindRequirements). Package diffsrc compares these
// modules with a base. internal/session and internal/driver use it to find the
// packages of a build.
//
// The go command decides which go.mod and go.work count. If nothing unusual is
// set, this package finds the files by the same rules, which saves a process;
// otherwise it asks the go command.
//
// It does not see files that -overlay replaces, and does not list packages.
package modules
