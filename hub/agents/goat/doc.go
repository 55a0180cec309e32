// Package goat is the part of the hub that goat's runtime talks to: the calls of
// docs/hub-protocol.md.
//
// In: requests below /api/v1. Out: fleet's Registration, Push and manifests, and
// fleet's answers as JSON. It stores nothing itself, and it never calls an agent.
package goat
