package fleet

import (
	"path"
	"strings"
)

// GocAgent is an agent of goc's version 2: it has dialled the hub and is called
// through that connection.
type GocAgent struct {
	ID       int64 // in the order of registration
	Token    string
	Instance string
	State    InstanceState // of the instance
	Host     string
	Command  string
	PID      string
	Extra    string
	RPC      string // where its connection for calls comes from; "" for none
	Watch    string // where its connection for what runs just now comes from; "" for none
}

// There reports whether the agent can be called, through any replica.
func (a *GocAgent) There() bool {
	return a.RPC != "" && (a.State == Live || a.State == Unreachable)
}

// GocStream is one of the connections of a GocAgent.
type GocStream string

// The connections.
const (
	StreamRPC   GocStream = "rpc"
	StreamWatch GocStream = "watch"
)

// LabelsOfGocAgent are those of the agent's service.
func LabelsOfGocAgent(a *GocAgent) Labels { return nameOfGocAgent(a).Labels }

// nameOfGocAgent says which service and commit an agent is of. goc's version 2 has
// no names. What it has instead is GOC_REGISTER_EXTRA, a text of the user's: a name
// as version 1 has it, or key=value with commas, semicolons, ampersands or spaces between
// them, where the keys are env, region, apptype, app, cluster, branch and commit.
// Without an app there it is the program's file name.
func nameOfGocAgent(a *GocAgent) Name {
	if n, parts := ParseName(a.Extra); parts {
		return n
	}
	var n Name
	for _, field := range strings.FieldsFunc(a.Extra, func(c rune) bool { return strings.ContainsRune(",;& ", c) }) {
		key, value, _ := strings.Cut(field, "=")
		switch strings.ToLower(key) {
		case "env":
			n.Env = value
		case "region":
			n.Region = value
		case "apptype":
			n.AppType = value
		case "app":
			n.App = value
		case "cluster":
			n.Cluster = value
		case "branch":
			n.Branch = strings.TrimPrefix(value, "origin/")
		case "commit":
			n.Commit = value
		}
	}
	if n.App == "" {
		program, _, _ := strings.Cut(strings.TrimSpace(a.Command), " ")
		n.App = path.Base(strings.ReplaceAll(program, `\`, "/"))
		n.App = n.App[:min(len(n.App), MaxName)]
	}
	return n
}
