package goat

import (
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// registration is the body of POST /api/v1/instances.
type registration struct {
	Key    string `json:"key"`
	Labels struct {
		Env     string `json:"env"`
		Region  string `json:"region"`
		AppType string `json:"appType"`
		App     string `json:"app"`
		Cluster string `json:"cluster"`
	} `json:"labels"`
	Branch   string       `json:"branch"`
	Commit   string       `json:"commit"`
	Dirty    bool         `json:"dirty"`
	Version  string       `json:"version"`
	Main     string       `json:"main"`
	Manifest string       `json:"manifest"`
	Points   int          `json:"points"`
	Covmeta  string       `json:"covmeta"`
	Go       string       `json:"go"`
	OS       string       `json:"os"`
	Arch     string       `json:"arch"`
	Goat     string       `json:"goat"`
	Host     string       `json:"host"`
	Pod      string       `json:"pod"`
	PID      int          `json:"pid"`
	Address  string       `json:"address"`
	AgeMS    milliseconds `json:"age_ms"`
	Short    bool         `json:"short"`
}

func (r *registration) value() *fleet.Registration {
	return &fleet.Registration{
		Key: r.Key,
		Labels: fleet.Labels{
			Env: r.Labels.Env, Region: r.Labels.Region, AppType: r.Labels.AppType,
			App: r.Labels.App, Cluster: r.Labels.Cluster, Main: r.Main,
		},
		Branch: r.Branch, Commit: r.Commit, Dirty: r.Dirty, Version: r.Version,
		Manifest: r.Manifest, Points: r.Points, Covmeta: r.Covmeta,
		Go: r.Go, OS: r.OS, Arch: r.Arch, Goat: r.Goat,
		Host: r.Host, Pod: r.Pod, PID: r.PID, Address: r.Address,
		Agent: fleet.AgentGoat, Short: r.Short, Age: r.AgeMS.duration(),
	}
}

// push is the body of POST /api/v1/instances/{id}/points.
type push struct {
	From   int            `json:"from"`
	IDs    []int          `json:"ids"`
	AgeMS  []milliseconds `json:"age_ms"`
	Routes []string       `json:"routes"`
	Again  []int          `json:"again"`
	End    bool           `json:"end"`
}

func (p *push) value(instance string) *fleet.Push {
	v := &fleet.Push{Instance: instance, From: p.From, Points: p.IDs, Routes: p.Routes, Again: p.Again, End: p.End}
	for _, age := range p.AgeMS {
		v.Ages = append(v.Ages, age.duration())
	}
	return v
}

// milliseconds is an age as the protocol has it.
type milliseconds int64

// duration is the age. An age longer than any process can have lived becomes the
// longest duration. A negative one stays negative, so that fleet refuses it.
func (ms milliseconds) duration() time.Duration {
	return time.Duration(max(-1, min(ms, longestAge))) * time.Millisecond
}

const longestAge = milliseconds(20 * 365 * 24 * time.Hour / time.Millisecond)

// told is what every answer to an instance says.
type told struct {
	Acked int      `json:"acked"`
	NextS int      `json:"next_s"`
	Push  bool     `json:"push,omitempty"`
	Wants []string `json:"wants,omitempty"`
}

// registered is the answer to a registration.
type registered struct {
	ID     string `json:"id"`
	LeaseS int    `json:"lease_s"`
	told
}

func tell(a fleet.Answer) told {
	t := told{Acked: a.Acked, NextS: seconds(a.Next), Push: a.Sync}
	if a.WantManifest {
		t.Wants = append(t.Wants, "manifest")
	}
	if a.WantCovmeta {
		t.Wants = append(t.Wants, "covmeta")
	}
	return t
}

// seconds rounds up: a second too many does no harm, but 0 seconds would.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
