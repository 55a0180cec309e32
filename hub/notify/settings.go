package notify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/goat-trace/goat/hub/fleet"
)

// Event is what webhooks can be told of.
type Event string

// The events.
const (
	GatePassed   Event = "gate-passed"   // once for a release
	Quiet        Event = "quiet"         // nothing new has run for the webhook's time, though the gate does not pass
	UnknownBuild Event = "unknown-build" // an instance of a build that is not of a clean commit or a version
)

// Settings are the content of a settings file.
type Settings struct {
	Hub      string    `yaml:"hub"` // the hub's address for people, for links; "" for none
	Webhooks []Webhook `yaml:"webhooks"`
}

// Webhook is where to send events.
type Webhook struct {
	Name         string        `yaml:"name"`
	URL          string        `yaml:"url"`
	Format       string        `yaml:"format"` // json or slack
	Secret       string        `yaml:"secret"` // for signatures; "" for none
	Events       []Event       `yaml:"events"` // none means all
	Quiet        time.Duration `yaml:"quiet"`  // default 4h
	Env          string        `yaml:"env"`    // services with this environment; "" for all
	App          string        `yaml:"app"`
	AllowPrivate bool          `yaml:"allowPrivate"`
	Timeout      time.Duration `yaml:"timeout"` // of one request; default 10s
}

// wants reports whether a webhook is to be told of an event of a service.
func (w *Webhook) wants(e Event, l fleet.Labels) bool {
	return (len(w.Events) == 0 || slices.Contains(w.Events, e)) && (w.Env == "" || w.Env == l.Env) && (w.App == "" || w.App == l.App)
}

// shortestSecret in bytes: what is shorter can be guessed.
const shortestSecret = 16

// maxSettings limits the size of a settings file, in bytes.
const maxSettings = 1 << 20

// ReadSettings reads a settings file. Errors name the file and the webhook, and never
// an address or a secret: either can let somebody write to a chat.
func ReadSettings(path string) (*Settings, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxSettings {
		err = fmt.Errorf("it has more than %d bytes", maxSettings)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of notifications: %w", err)
	}
	s := &Settings{}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %s; docs/hub.md lists its keys", path, strings.ReplaceAll(err.Error(), "\n", " "))
	}
	names := map[string]bool{}
	for i := range s.Webhooks {
		w := &s.Webhooks[i]
		if err := w.check(); err != nil {
			return nil, fmt.Errorf("reading %s: webhook %d, %q: %w", path, i+1, w.Name, err)
		}
		if names[w.Name] {
			return nil, fmt.Errorf("reading %s: two webhooks are called %q; give each a name of its own", path, w.Name)
		}
		names[w.Name] = true
	}
	return s, nil
}

func (w *Webhook) check() error {
	if w.Format == "" {
		w.Format = "json"
	}
	if w.Quiet == 0 {
		w.Quiet = 4 * time.Hour
	}
	if w.Timeout == 0 {
		w.Timeout = 10 * time.Second
	}
	u, err := url.Parse(w.URL)
	switch {
	case w.Name == "":
		return errors.New("it has no name; add name: team")
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return errors.New("its url is no address of a webhook; it begins with https:// or http://")
	case w.Format != "json" && w.Format != "slack":
		return fmt.Errorf("its format is %q; it can be json or slack", w.Format)
	case w.Secret != "" && len(w.Secret) < shortestSecret:
		return fmt.Errorf("its secret has %d bytes; it needs %d at least: make one with openssl rand -hex 32", len(w.Secret), shortestSecret)
	case w.Quiet < time.Minute:
		return fmt.Errorf("quiet is %v; write 1m or more", w.Quiet)
	case w.Timeout < 0 || w.Timeout > time.Minute:
		return fmt.Errorf("timeout is %v; it can be up to 1m", w.Timeout)
	}
	for _, e := range w.Events {
		if !slices.Contains([]Event{GatePassed, Quiet, UnknownBuild}, e) {
			return fmt.Errorf("there is no event %q; the events are %s, %s and %s", e, GatePassed, Quiet, UnknownBuild)
		}
	}
	return nil
}
