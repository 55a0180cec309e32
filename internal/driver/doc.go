// Package driver runs the go command with goat: goat build, test, run, install
// and list.
//
// In: the arguments of such a command, including goat's own flags. Out: the go
// command with -toolexec set and a salt for each package that goat changes. It
// replaces this process if the host allows that.
//
// A build with only -toolexec=goat-exec salts the tool ID, because the go command
// looks a package up in its cache before goat-exec sees the package's files. So all
// packages of such a build have other action IDs than in a plain build.
//
// The driver knows the changed code before the go command starts. It leaves the
// tool ID alone and salts each package with changed code by a flag,
// -gcflags=DIR=-goat=SALT, which goat-exec removes again. Main packages and links
// are salted by the build information (package handshake: MainFlags). Plain builds
// and the driver's builds share the compiled code of all other packages.
//
// In three cases the driver falls back to -toolexec=goat-exec alone: goat's cache
// cannot be written, a directory's name contains "=", or more packages have changed
// than fit on a command line.
package driver
