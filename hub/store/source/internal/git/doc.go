// Package git runs git in a mirror, so that nothing but what is asked for
// happens.
//
// In: a mirror's directory, the environment of the hub's user, and arguments
// that the package above has checked. Out: what git prints, objects by their
// names (Batch), and errors that say in one line why git refused.
//
// Reading (Reader) sees neither the user's nor the system's configuration, and
// may use no protocol. Fetching (Fetcher) sees both, for credential helpers, keys,
// proxies and certificates; it may use those protocols that git itself speaks.
// Neither starts a hook, a file system monitor, a pager, nor a filter, and
// whatever git has started ends with it.
//
// It cannot keep a program from being started that the hub's user has
// configured for connections: ssh, credential helpers, proxies.
package git
