package api

import (
	"net/http"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// runs is what each process of a release ran, for who merges it with others.
type runs struct {
	Format    int         `json:"format"`
	Commit    string      `json:"commit"`
	Version   string      `json:"version"`
	Modified  bool        `json:"modified"`
	Builds    []*runBuild `json:"builds"`
	Waiting   []string    `json:"waiting,omitempty"` // digests of manifests that have not arrived
	Processes []run       `json:"processes"`
}

// runsFormat is the version of the document.
const runsFormat = 1

// runBuild is a binary's manifest, docs/hub-protocol.md.
type runBuild = fleet.Manifest

// run is a process.
type run struct {
	Build int        `json:"build"` // the index in builds
	ID    string     `json:"id"`
	Host  string     `json:"host"`
	PID   int        `json:"pid"`
	Ran   []byte     `json:"ran"`   // a bitmap, base64: point n is bit (n-1)%8 of byte (n-1)/8
	First [][2]int64 `json:"first"` // a point, and its first hit in Unix milliseconds
}

// runs answers GET /api/v1/releases/{release}/runs.
func (h *Handler) runs(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	builds, waiting, err := h.fleet.Runs(r.Context(), v.ID)
	if err != nil {
		return err
	}
	list := runs{Format: runsFormat, Commit: v.Commit, Version: v.Version, Modified: v.Dirty, Builds: []*runBuild{}, Waiting: waiting, Processes: []run{}}
	for i := range builds {
		list.Builds = append(list.Builds, builds[i].Document)
		for _, p := range builds[i].Processes {
			one := run{Build: i, ID: p.Place, Host: p.Host, PID: p.PID, First: [][2]int64{}}
			var ran fleet.Bitmap
			for point, n := range p.Counts {
				if n > 0 {
					ran = ran.Add(point + 1)
				}
			}
			one.Ran = ran
			for point, at := range p.First {
				if at != 0 {
					one.First = append(one.First, [2]int64{int64(point) + 1, at / 1e6})
				}
			}
			list.Processes = append(list.Processes, one)
		}
	}
	return wire.WriteJSON(w, list)
}
