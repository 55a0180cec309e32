package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Labels say which service a process belongs to. Processes with the same labels
// belong to the same service. All labels except App may be empty.
type Labels struct {
	Env     string
	Region  string
	AppType string
	App     string
	Cluster string
	// Main is the import path of the main package, if the agent knows it.
	// Several main packages of one repository are different services.
	Main string
}

// ServiceID returns the id of the service with these labels, 16 hexadecimal
// digits.
func (l Labels) ServiceID() string {
	return hashID("service", l.Env, l.Region, l.AppType, l.App, l.Cluster, l.Main)
}

// Name joins the labels that are not empty in the form of goc's service names:
// env_region_apptype_app. It leaves out the cluster and the main package.
func (l Labels) Name() string {
	var parts []string
	for _, part := range []string{l.Env, l.Region, l.AppType, l.App} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "_")
}

// Label returns a label by its name in scopes: env, region, appType, app, cluster.
func (l Labels) Label(name string) string {
	return map[string]string{"env": l.Env, "region": l.Region, "appType": l.AppType, "app": l.App, "cluster": l.Cluster}[name]
}

// hashID derives an id from what defines it: 16 hexadecimal digits of SHA-256.
func hashID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}
