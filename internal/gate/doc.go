// Package gate decides whether enough of the changed code has run: now, or while
// one waits for it.
//
// In: rules (config.GateRule), and again and again a report of what has run so far.
// Out: whether to go on waiting, and at the end a verdict: passed, failed, or that it
// cannot be said. It is pure: it looks at no clock and waits for nothing; the
// goat gate command does.
//
// What it cannot do: it does not know what should be running. A release that no
// process was reached of has no verdict.
package gate
