// Try shows the hub: two services of five processes each, a release that rolls out, a
// pod that has ended, and traffic.
//
// In: goat's own repository, in whose directory hub it runs (make try-hub). Out: a running hub
// with something to look at, on standard output where that is, and progress on standard error.
// Everything is in a temporary directory, which is removed at the end. Only git
// and go are needed.
//
//   - main.go: the command line
//   - try.go: the steps
//   - stage.go: what each step needs, and how programs are run
//   - town.go: a repository with three releases, its builds, and the hub
//   - pods.go: the services' processes, and the requests that they get
//   - show.go: what the hub says, and what to look at
//
// The services are in service/: three versions of a program with two names.
package main
