// Package gocv2 is the center that goc's agents and commands of version 2 talk to:
// the calls below /v2, answered as goc's center answers them.
//
// In: registrations, and the connections that agents dial and through which the hub
// calls them, by JSON-RPC in WebSocket frames. Out: instances and profiles for
// fleet, and goc's answers. An agent's connection ends in one replica. That replica
// pulls the agent's profile when somebody waits for it, at any replica.
//
// A replica without the agent's connection answers with the copy of the profile
// that the hub keeps, after it has asked the agent's replica to renew it.
//
// What differs from goc's center, and why:
//
//   - An agent that is not admitted gets an id that nobody has, and is noted for
//     the admins.
//   - An invalid regular expression gets 400; in goc it ends the call with a panic.
//   - Clear stores first what was counted, and answers when it is done.
//   - Only those who may report see the tokens of agents.
//   - Profiles of different builds are merged, which is an error in goc. Different
//     cover modes are an error, as with goc.
//   - Many agents are asked concurrently, each with a time limit.
package gocv2
