// Package deploy holds what runs the hub elsewhere than in a terminal: a Dockerfile, a file for
// docker compose, and a unit of systemd.
//
// In: nothing but the repository. Out: an image, a service. The package has no code: its tests
// build what the Dockerfile builds, run that in a directory with nothing else in it, and hold
// the flags in all files against the command's.
//
// No test runs Docker itself.
package deploy
