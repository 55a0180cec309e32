// Package git runs git in a mirror and makes sure that it does nothing else
// than it was asked to.
//
// In: a mirror's directory, the environment of the hub's user, and arguments
// that the package above has checked. Out: git's output, objects by their names
// (Batch), and errors that say in one line why git failed.
//
// Reading (Reader) uses neither the user's nor the system's configuration, and
// no protocol. Fetching (Fetcher) uses both, for credential helpers, keys,
// proxies and certificates, and may use the protocols that git itself speaks.
// Neither starts a hook, a file system monitor, a pager or a filter, and
// whatever git has started ends with it.
//
// It cannot prevent programs from being started that the hub's user has
// configured for connections: ssh, credential helpers, proxies.
package git
