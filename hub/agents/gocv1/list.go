package gocv1

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/goat-trace/goat/hub/auth"
)

// list answers with all addresses by name.
func (c *center) list(w http.ResponseWriter, r *http.Request) error {
	targets, err := c.visible(r, auth.Read)
	if err != nil {
		return err
	}
	byName := map[string][]string{}
	for _, t := range targets {
		byName[t.Name] = append(byName[t.Name], t.Address)
	}
	return answer(w, http.StatusOK, byName)
}

// static answers with the list in the form of the file that goc's center keeps.
func (c *center) static(w http.ResponseWriter, r *http.Request) error {
	targets, err := c.visible(r, auth.Read)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	var changed time.Time
	for _, t := range targets {
		fmt.Fprintf(&content, "%s&%s\n", t.Name, t.Address)
		if t.Added.After(changed) {
			changed = t.Added
		}
	}
	if changed.IsZero() {
		changed = time.Now()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	http.ServeContent(w, r, "", changed, bytes.NewReader(content.Bytes()))
	return nil
}
