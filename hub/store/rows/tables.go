package rows

// Tables are the tables of the schema, without those that say which version it
// has. A dump has them in this order.
var tables = []string{
	"services", "releases", "manifests", "builds", "instances", "hits",
	"jobs", "removals", "covers", "covmetas", "counters", "asks", "blocks",
	"baselines", "numbers", "targets", "pulls", "goc_agents",
	"excuses", "tests", "gates", "notices",
}

// Tables returns the names of all tables with rows.
func Tables() []string { return append([]string(nil), tables...) }

// Catalog is how an engine says which ids it has given out.
type Catalog struct {
	// Identities selects tables, their column with ids that the engine makes, and the
	// last of these.
	Identities string
	// Restart returns statements that make ids go on after the last one.
	Restart func(table, column string, last int64) []string
}
