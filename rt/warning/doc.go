// Package warning reports what is wrong around the runtime, as one line in the
// application's log.
//
// In: what rt/serve and rt/file report, and the logger that goat-exec sets
// (Log). Out: one line for each call of Say. Callers make sure that they report
// nothing twice.
//
// It cannot tell whether anybody reads the log. It does not import log/slog,
// which would add encoding/json to each program.
package warning
