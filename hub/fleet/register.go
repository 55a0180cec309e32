package fleet

import (
	"context"
	"time"
	"unicode"
	"unicode/utf8"
)

// Registration is what a process reports about itself when it starts.
type Registration struct {
	Key      string // 32 hexadecimal digits, chosen by the process
	Labels   Labels
	Branch   string
	Commit   string
	Dirty    bool
	Version  string
	Manifest string // digest; "" without points
	Points   int
	Covmeta  string // digest; "" without -cover
	Go       string
	OS, Arch string
	Goat     string
	Host     string
	Pod      string
	PID      int
	Address  string
	Agent    Agent
	Short    bool
	Age      time.Duration
}

// Limits for what a process may report.
const (
	MaxName   = 256       // bytes of a name
	MaxRoute  = 512       // bytes of a route
	MaxPoints = 1_000_000 // points of a build
	MaxPush   = 65_536    // ids of a push
)

// Register registers a process and returns what the hub has of it. The same key
// means the same instance.
func (f *Fleet) Register(ctx context.Context, r *Registration) (Answer, error) {
	if err := r.check(); err != nil {
		return Answer{}, err
	}
	e := r.enrolment()
	e.Lease = f.lease
	standing, err := f.store.Register(ctx, e)
	if err != nil {
		return Answer{}, err
	}
	f.presence.forget(e.Instance.ID) // so that its first push marks it as measured
	return f.answer(e.Instance.ID, standing), nil
}

func (r *Registration) check() error {
	if !isHex(r.Key, 32) {
		return Errorf(Invalid, "key is %.40q; it has to be 32 lower-case hexadecimal digits", r.Key)
	}
	if r.Labels.App == "" {
		return Errorf(Invalid, "labels.app is empty; it names the service")
	}
	for _, name := range []struct{ key, value string }{
		{"labels.env", r.Labels.Env}, {"labels.region", r.Labels.Region}, {"labels.appType", r.Labels.AppType},
		{"labels.app", r.Labels.App}, {"labels.cluster", r.Labels.Cluster}, {"main", r.Labels.Main},
		{"branch", r.Branch}, {"commit", r.Commit}, {"version", r.Version}, {"go", r.Go}, {"os", r.OS}, {"arch", r.Arch},
		{"goat", r.Goat}, {"host", r.Host}, {"pod", r.Pod}, {"address", r.Address},
	} {
		if err := checkName(name.key, name.value, MaxName); err != nil {
			return err
		}
	}
	for _, digest := range []struct{ key, value string }{{"manifest", r.Manifest}, {"covmeta", r.Covmeta}} {
		if digest.value != "" && !isHex(digest.value, 64) {
			return Errorf(Invalid, "%s is %.80q; it has to be a SHA-256 in 64 lower-case hexadecimal digits", digest.key, digest.value)
		}
	}
	if r.Points < 0 || r.Points > MaxPoints {
		return Errorf(Invalid, "points is %d; a build has 0 to %d", r.Points, MaxPoints)
	}
	if r.Points > 0 && r.Manifest == "" {
		return Errorf(Invalid, "%d points without a manifest; send its digest", r.Points)
	}
	if r.Age < 0 {
		return Errorf(Invalid, "age_ms is negative")
	}
	return nil
}

// checkName rejects text that cannot be a name: too long, not UTF-8, or with
// control characters.
func checkName(key, value string, longest int) error {
	if len(value) > longest {
		return Errorf(Invalid, "%s has %d bytes; at most %d are taken", key, len(value), longest)
	}
	if !utf8.ValidString(value) {
		return Errorf(Invalid, "%s is not UTF-8", key)
	}
	for _, c := range value {
		if unicode.IsControl(c) {
			return Errorf(Invalid, "%s has a control character: %q", key, value)
		}
	}
	return nil
}

func isHex(s string, length int) bool {
	if len(s) != length {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// enrolment returns what is stored of a checked registration.
func (r *Registration) enrolment() *Enrolment {
	service := Service{ID: r.Labels.ServiceID(), Labels: r.Labels}
	release := Release{
		ServiceID: service.ID, Revision: r.revision(),
		Branch: r.Branch, Commit: r.Commit, Version: r.Version, Dirty: r.Dirty,
	}
	release.ID = hashID("release", service.ID, release.Revision)
	build := Build{
		ID: hashID("build", release.ID, r.Manifest, r.OS, r.Arch), ReleaseID: release.ID,
		Manifest: r.Manifest, Points: r.Points, Go: r.Go, OS: r.OS, Arch: r.Arch, Goat: r.Goat,
	}
	agent := r.Agent
	if agent == "" {
		agent = AgentGoat
	}
	return &Enrolment{
		Service: service, Release: release, Build: build, Age: r.Age,
		Instance: Instance{
			ID: r.Key, BuildID: build.ID, ReleaseID: release.ID, Agent: agent,
			Host: r.Host, Pod: r.Pod, PID: r.PID, Address: r.Address, Short: r.Short, Covmeta: r.Covmeta,
		},
	}
}

// revision identifies this release among the service's others, see Release.
func (r *Registration) revision() string {
	revision := r.Commit
	if revision == "" && r.Version != "(devel)" {
		revision = r.Version
	}
	digest := r.Manifest
	if digest != "" {
		digest = digest[:12]
	}
	switch {
	case revision == "":
		return "build-" + digest
	case r.Dirty:
		return revision + "-dirty-" + digest
	}
	return revision
}
