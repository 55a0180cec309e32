// Package browser tests the hub's pages in a real browser: a goat-hub of its own
// process, Debian's chromium without a window, and axe-core, which knows the rules
// of accessibility.
//
// In: the checkout around it, and what install.sh installs. Tests fail without
// them. With GOAT_SCREENSHOTS=DIR they also leave pictures of all pages there.
package browser
