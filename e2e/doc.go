// Package e2e tests goat with programs and libraries that the root module is
// to stay free of: Prometheus' own parser of the text format, and a real
// Prometheus server that scrapes a real binary; the programs that read goat's
// reports, and their schemas; and pages in a real browser, with axe.
//
// In: the checkout around it, and the commands and packages that install.sh installs
// when they are absent. Tests fail without them.
package e2e
