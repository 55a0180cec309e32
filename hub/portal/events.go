package portal

import (
	"fmt"
	"net/http"
	"time"
)

// How often a stream says that it is still there, and how long a write may take.
const (
	stillThere    = 20 * time.Second
	eventPatience = 30 * time.Second
)

// events tells a page with scripts when the release has changed, as server-sent
// events. The page then asks for itself again.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	changes, cancel, err := h.reviews.Watch(s.Release.ID)
	if err != nil {
		return err
	}
	defer cancel()
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // for nginx
	out := http.NewResponseController(w)
	say := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(eventPatience)) // else the server's own limit ends the stream
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	tick := time.NewTicker(stillThere)
	defer tick.Stop()
	for ok := say("retry: 5000\n\n"); ok; {
		select {
		case <-r.Context().Done():
			return nil
		case _, more := <-changes:
			ok = more && say("event: change\ndata: {}\n\n")
		case <-tick.C:
			ok = say(": still there\n\n")
		}
	}
	return nil
}
