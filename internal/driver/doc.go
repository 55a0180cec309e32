// Package driver runs the go command with goat: goat build, test, run, install
// and list.
//
// In: the arguments of such a command, goat's own flags among them. Out: the
// go command, run in place of this process where the host can, with
// -toolexec set and a salt for each package that goat changes.
//
// A build with -toolexec=goat-exec alone salts the tool ID, since the wrapper
// cannot know a package's files before the go command asks whether the package
// is in its cache: all packages of the build get other action IDs than in
// a plain build. The driver knows the changed code before the go command
// starts. It leaves the tool ID alone and salts the packages with changed code
// one by one, with -gcflags=DIR=-goat=SALT, which goat-exec takes off again. All
// other packages are shared with plain builds, both ways; main packages and
// links are salted by the build information (package handshake: MainFlags).
//
// Where that cannot be (goat's cache cannot be written, a directory's name
// holds "=", more packages have changed than a command line can name), the go
// command runs with -toolexec=goat-exec alone.
package driver
