// Package warning says what is wrong around the runtime: one line in the
// application's log.
//
// In: what rt/serve and rt/file have to say, and the logger that goat-exec
// hands over (Log). Out: one line for each call of Say; who calls sees to it
// that nothing is said twice.
//
// It cannot tell whether anybody reads the log. It imports no log/slog, which
// would bring encoding/json into each program.
package warning
