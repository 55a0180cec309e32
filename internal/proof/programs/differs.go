package programs

// Reason says why a program may behave differently with goat; "" if it must not.
func Reason(program string) string {
	switch program {
	case "rename":
		return "it gives each predeclared name another meaning, so that there is no type for a counter; the package has no points"
	case "noinit":
		return "it asks the runtime for the number of its own package's initialisers; goat's registration is one"
	case "maymorestack":
		return "it counts the calls of all functions of its package, goat's own two included"
	case "fixedbugs/issue29919":
		return "it prints a traceback's frames as Go values, addresses in decimal among them"
	case "fixedbugs/issue30908":
		return "it needs a link in which no function is compiled twice in different ways; in one with the runtime Go's own packages are, goat or not"
	}
	return ""
}
