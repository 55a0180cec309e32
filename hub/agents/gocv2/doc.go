// Package gocv2 is the center that goc's agents and commands of version 2 talk to:
// the calls below /v2, answered as goc's center answers them.
//
// In: registrations, and the connections that agents dial and over which the hub
// calls them, by JSON-RPC in WebSocket frames. Out: instances and profiles for
// fleet, and goc's answers. An agent's connection ends in one replica; that
// one pulls what the agent has when somebody waits for it, at whichever replica.
//
// A profile that is asked for at a replica without the agent's connection is the
// copy that the hub keeps, after its own replica has been asked to renew it.
//
// What differs from goc's center, and why:
//
//   - Who is not admitted gets an id that nobody has, and is noted for the admins.
//   - A pattern that is no regular expression is 400; it ends goc's call by a panic.
//   - Clearing keeps what was counted before, and is done when it is answered.
//   - Tokens of agents are shown to who may report only.
//   - Profiles of different builds are merged, and are not an error; those of
//     different modes are one, as with goc.
//   - Agents are asked many at once, each within its time.
package gocv2
