// Package instance is what a process says of itself to a hub: the documents of
// docs/hub-protocol.md.
//
// In: variables, read once by Start.
//
//	ENV, REGION, APPTYPE, GOAT_CLUSTER  which service it is
//	GIT_BRANCH                          without a leading "origin/"
//	GIT_COMMIT                          else GOAT_COMMIT or what the build has stamped
//	POD_NAME                            else the host's name
//	GOAT_POD_UID                        the pod's UID, where it is known
//	GOAT_HUB                            whether there is a hub to tell
//
// Out: a registration and a push as JSON, and the manifest's digest. rt/push sends
// them, rt/file writes them to files for a process that cannot.
//
// It sends nothing and writes nothing. It checks nothing that it says: the hub
// does.
package instance
