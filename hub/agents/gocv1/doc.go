// Package gocv1 is the center that goc's agents and commands of version 1 talk to:
// the calls below /v1/cover, answered as goc's center answers them, to the byte.
//
// In: requests of agents and of goc's commands. Out: targets and profiles for
// fleet, and goc's answers. Agents is how the hub calls the agents: it pulls
// their profiles, clears them, and looks whether they are there.
//
// What differs from goc's center, and why:
//
//   - A path may begin with two slashes, which goc answers with 404.
//   - An address counts if it is where the registration comes from, or is allowed;
//     any other is answered with success, since a refusal ends the application, and
//     is noted in a book for the admins. So is what comes without a token.
//   - X-Forwarded-For counts from trusted proxies.
//   - Agents are asked many at once, each within its time. One that does not answer
//     holds up nobody. What they say is kept, and is pulled before an address is
//     removed or cleared.
//   - Profiles of different builds are merged, and are not an error.
package gocv1
