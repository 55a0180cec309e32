package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Labels say which service a process is of. Two processes with the same labels
// are of the same service. Each may be empty but App.
type Labels struct {
	Env     string
	Region  string
	AppType string
	App     string
	Cluster string
	// Main is the import path of the main package, where the agent knows it:
	// several main packages of one repository are services of their own.
	Main string
}

// ServiceID is the id of the labels' service, 16 hexadecimal digits.
func (l Labels) ServiceID() string {
	return hashID("service", l.Env, l.Region, l.AppType, l.App, l.Cluster, l.Main)
}

// Name joins the labels that are not empty as goc's service names do:
// env_region_apptype_app. The cluster and the main package have no part in it.
func (l Labels) Name() string {
	var parts []string
	for _, part := range []string{l.Env, l.Region, l.AppType, l.App} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "_")
}

// hashID names a thing by what makes it: 16 hexadecimal digits of SHA-256.
func hashID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}
