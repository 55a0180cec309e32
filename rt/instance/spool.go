package instance

import "strings"

// A spool is three files in GOAT_DIR, each of them the body of a request, and the
// pusher's note of how many hits the hub has.
const (
	manifestPrefix = "goat-manifest-"
	instancePrefix = "goat-instance-"
	pointsPrefix   = "goat-points-"
	ackedPrefix    = "goat-acked-"
	suffix         = ".json"
)

// ManifestFile is the name of a manifest's file.
func ManifestFile(digest string) string { return manifestPrefix + digest + suffix }

// RegistrationFile is the name of a registration's file.
func RegistrationFile(key string) string { return instancePrefix + key + suffix }

// PointsFile is the name of the file with the hits.
func PointsFile(key string) string { return pointsPrefix + key + suffix }

// AckedFile is the name of the file with the number of hits that the hub has.
func AckedFile(key string) string { return ackedPrefix + key }

// KeyOf returns the key in the name of a registration file.
func KeyOf(name string) (key string, ok bool) { return between(name, instancePrefix, 32) }

// IsSpool reports whether a file with that name belongs to a spool. Programs write
// the other files for readers of /track.
func IsSpool(name string) bool {
	_, ok := KeyOf(name)
	_, points := between(name, pointsPrefix, 32)
	_, manifest := between(name, manifestPrefix, 64)
	return ok || points || manifest
}

func between(name, prefix string, digits int) (middle string, ok bool) {
	middle, ok = strings.CutPrefix(name, prefix)
	if ok {
		middle, ok = strings.CutSuffix(middle, suffix)
	}
	return middle, ok && len(middle) == digits && strings.Trim(middle, "0123456789abcdef") == ""
}
