package gocmd

// RunByGo reports whether a process with this environment is run by a go command.
// The go command gives its tools the values of all its variables, those of
// go env -w included (cmd/go: main, envcmd.MkEnv).
func RunByGo(getenv func(string) string) bool {
	return getenv("GOTOOLDIR") != "" && getenv("GOVERSION") != "" && getenv("GOROOT") != ""
}
