// Package api is the hub's versioned JSON API, below /api/v1, for the portal,
// goat and scripts.
//
// In: requests. Out: what fleet knows, as JSON; errors as RFC 9457 problems. It
// decides nothing. What agents send is hub/agents.
package api
