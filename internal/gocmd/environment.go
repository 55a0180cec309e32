package gocmd

// SettledEnvironment reports whether an environment is one that a go command
// gives its tools: with every variable as it takes it, those of go env -w
// included (cmd/go: main, envcmd.MkEnv).
func SettledEnvironment(getenv func(string) string) bool {
	return getenv("GOTOOLDIR") != "" && getenv("GOVERSION") != "" && getenv("GOROOT") != ""
}
