package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/goat-trace/goat/hub/jobs"
)

// KindDeliver is a job for each event and webhook.
const KindDeliver = "deliver"

// Message is an event as a webhook of format json gets it. Keys are added without
// notice.
type Message struct {
	Event    Event  `json:"event"`
	Text     string `json:"text"`
	Service  string `json:"service"`
	Env      string `json:"env"`
	App      string `json:"app"`
	Release  string `json:"release"`
	Revision string `json:"revision"`
	URL      string `json:"url,omitempty"`
	Verdict  string `json:"verdict"`
	Covered  int    `json:"covered"`
	Wanted   int    `json:"wanted"`
}

// delivery is the payload of a job.
type delivery struct {
	Webhook string  `json:"webhook"`
	Key     string  `json:"key"`
	Message Message `json:"message"`
}

// mostAttempts is how often a delivery is tried, over about six hours.
const mostAttempts = 24

// Deliver is the handler of KindDeliver. A failure is tried again by the runner, later
// each time.
func (n *Notifier) Deliver(ctx context.Context, j *jobs.Job) (jobs.Outcome, error) {
	var d delivery
	if err := json.Unmarshal([]byte(j.Payload), &d); err != nil {
		n.Log.Error("notification cannot be read and is dropped", "key", j.Key, "error", err)
		return jobs.Outcome{}, nil
	}
	var webhook *Webhook
	for i := range n.Settings.Webhooks {
		if n.Settings.Webhooks[i].Name == d.Webhook {
			webhook = &n.Settings.Webhooks[i]
		}
	}
	if webhook == nil {
		n.Log.Warn("webhook is not in the settings any more, so its notification is dropped", "webhook", d.Webhook, "event", d.Message.Event)
		return jobs.Outcome{}, nil
	}
	err := webhook.send(ctx, &d)
	if err == nil {
		return jobs.Outcome{}, nil
	}
	err = fmt.Errorf("telling webhook %s: %w", webhook.Name, err)
	if j.Attempt >= mostAttempts && ctx.Err() == nil {
		n.Log.Error("notification is dropped after many attempts", "attempts", j.Attempt, "error", err)
		return jobs.Outcome{}, nil
	}
	return jobs.Outcome{}, err
}

// send sends one request. The error does not have the webhook's address.
func (w *Webhook) send(ctx context.Context, d *delivery) error {
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	body, err := w.body(&d.Message)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("its url cannot be used")
	}
	sum := sha256.Sum256([]byte(d.Key + "\x00" + w.Name))
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "goat-hub")
	r.Header.Set("Goat-Event", string(d.Message.Event))
	r.Header.Set("Goat-Delivery", hex.EncodeToString(sum[:16]))
	r.Header.Set("Goat-Timestamp", stamp)
	if w.Secret != "" {
		r.Header.Set("Goat-Signature", "sha256="+Sign(w.Secret, stamp, body))
	}
	response, err := w.client().Do(r)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err // without the address
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 4<<10)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("it answers %d", response.StatusCode)
	}
	return nil
}

func (w *Webhook) body(m *Message) ([]byte, error) {
	if w.Format == "json" {
		return json.Marshal(m)
	}
	text := m.Text
	if m.URL != "" {
		text += " " + m.URL
	}
	return json.Marshal(map[string]string{"text": text})
}

// Sign returns the signature of a request: HMAC-SHA256 of the Goat-Timestamp, a full
// stop and the body, in hexadecimal digits.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// client returns a client that follows no redirect, uses no proxy, and checks each
// address when it is dialled, so no name can lead it to another one.
func (w *Webhook) client() *http.Client {
	dialer := &net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		if w.AllowPrivate {
			return nil
		}
		to, err := netip.ParseAddrPort(address)
		if err != nil || !isPublic(to.Addr().Unmap()) {
			return errors.New("its address is private; set allowPrivate for it if that is meant")
		}
		return nil
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// notPublic are networks beside private, local and multicast ones that are nobody's on
// the internet: carriers' own, and ways to write IPv4 addresses in IPv6.
var notPublic = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("0.0.0.0/8")}

func isPublic(a netip.Addr) bool {
	for _, network := range notPublic {
		if network.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate()
}
