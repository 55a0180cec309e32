package instance

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
)

// Instance is this process as the hub knows it.
type Instance struct {
	hub                           string
	env, region, appType, cluster string
	branch, commit, host, pod     string

	mu         sync.Mutex
	generation int
	key        string

	manifests
}

var current atomic.Pointer[Instance]

// Start reads the variables. Only the first call counts. The caller makes sure that
// the program is not privileged.
func Start(getenv func(string) string) *Instance {
	current.CompareAndSwap(nil, New(getenv))
	return current.Load()
}

// New makes a separate instance. A program has only one, see Start.
func New(getenv func(string) string) *Instance {
	name := func(variable string) string { return cleanName(getenv(variable)) }
	return &Instance{
		hub: strings.TrimSpace(getenv("GOAT_HUB")),
		env: name("ENV"), region: name("REGION"), appType: name("APPTYPE"), cluster: name("GOAT_CLUSTER"),
		branch: strings.TrimPrefix(name("GIT_BRANCH"), "origin/"), commit: name("GIT_COMMIT"),
		host: name("POD_NAME"), pod: name("GOAT_POD_UID"),
	}
}

// Hub is the hub's address as the user wrote it; "" without one.
func (i *Instance) Hub() string { return i.hub }

// Key identifies the process at a hub, as long as its points have the same ids.
// What was said about points of another generation (rt.Hits) belongs to the key
// before.
func (i *Instance) Key(generation int) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.key == "" || i.generation != generation {
		i.generation, i.key = generation, newKey()
	}
	return i.key
}

// Renew makes a new key for a generation, because the hub knows the old one as
// another build's.
func (i *Instance) Renew(generation int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.generation, i.key = generation, newKey()
}

func newKey() string {
	var key [16]byte
	_, _ = rand.Read(key[:]) // does not fail
	return hex.EncodeToString(key[:])
}

// hostname is the name by which people know where the process runs.
func (i *Instance) hostname() string {
	if i.host != "" {
		return i.host
	}
	name, _ := os.Hostname()
	return cleanName(name)
}

// longestName is the longest name that a hub takes, in bytes.
const longestName = 256

// cleanName makes a text a valid name for hubs: without control characters and
// surrounding blanks, valid UTF-8, and not too long.
func cleanName(text string) string {
	text = strings.ToValidUTF8(strings.TrimSpace(text), "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	if len(text) > longestName {
		text = strings.ToValidUTF8(text[:longestName], "")
	}
	return text
}
