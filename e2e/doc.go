// Package e2e tests goat with programs and libraries that the root module is
// to stay free of: Prometheus' own parser of the text format, and a real
// Prometheus server that scrapes a real binary.
//
// In: the checkout around it, and the commands prometheus and promtool;
// install.sh installs Debian's when they are absent. Tests fail without them.
package e2e
