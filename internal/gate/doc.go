// Package gate decides whether enough of the changed code has run: at once, or
// while its caller waits.
//
// In: rules (config.GateRule), and again and again a report of what has run so far.
// Out: whether to go on waiting, and at the end a verdict: passed, failed or
// unknown. It is pure: it looks at no clock and does not wait; the goat gate
// command does.
//
// What it cannot do: it does not know what should be running. A release has no
// verdict if none of its processes was reached.
package gate
