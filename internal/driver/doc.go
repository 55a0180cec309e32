// Package driver runs the go command with goat: goat build, test, run, install
// and list.
//
// In: the arguments of such a command, goat's own flags among them. Out: the
// go command, run in place of this process where the host can, with
// -toolexec set and a salt for each package that goat changes.
//
// A build with -toolexec=goat-exec alone salts the tool ID: the go command asks its
// cache for a package before goat-exec sees the package's files. So all packages
// of such a build have other action IDs than in a plain build.
//
// The driver knows the changed code before the go command starts. It leaves the
// tool ID alone and salts each package with changed code by a flag,
// -gcflags=DIR=-goat=SALT, which goat-exec takes off again. Main packages and links
// are salted by the build information (package handshake: MainFlags). Plain
// builds use all other packages of the driver's builds, and the other way round.
//
// In three cases the go command runs with -toolexec=goat-exec alone: goat's cache
// cannot be written, a directory's name holds "=", or more packages have changed
// than a command line can name.
package driver
