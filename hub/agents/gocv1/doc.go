// Package gocv1 is the center that goc's agents and commands of version 1 talk to:
// the calls below /v1/cover, answered byte for byte as goc's center answers them.
//
// In: requests of agents and of goc's commands. Out: targets and profiles for
// fleet, and goc's answers. With Agents the hub calls the agents: it pulls their
// profiles, clears them, and checks whether they are there.
//
// What differs from goc's center, and why:
//
//   - A path may begin with two slashes, which goc answers with 404.
//   - An address is admitted only if the registration comes from there, or if it is
//     allowed. Any other one is answered with success, since a refusal ends the
//     application, and is noted for the admins. The same holds for a registration
//     without a token.
//   - X-Forwarded-For counts only from trusted proxies.
//   - Many agents are asked concurrently, each with a time limit. An agent that does
//     not answer holds up nobody. The hub stores what they say, and pulls it before
//     an address is removed or cleared.
//   - Profiles of different builds are merged, which is an error in goc.
package gocv1
