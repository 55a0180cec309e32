package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
)

// MaxPacked is how many bytes a body may have as it is sent.
const MaxPacked = 16 << 20

// Body reads a request's body, unpacked where it is gzip's, of up to limit
// bytes.
func Body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, min(limit, MaxPacked))
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		body = http.MaxBytesReader(w, r.Body, limit)
	case "gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, fleet.Errorf(fleet.Invalid, "unpacking the body: %v", err)
		}
		body = unpacked
	default:
		return nil, &Problem{Type: "unsupported-encoding", Status: http.StatusUnsupportedMediaType,
			Detail: fmt.Sprintf("Content-Encoding %.40q is not taken; use gzip or none", encoding)}
	}
	var content bytes.Buffer
	content.Grow(int(min(max(r.ContentLength, 0), limit, 64<<10)) + bytes.MinRead)
	_, err := content.ReadFrom(io.LimitReader(body, limit+1))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return nil, tooLarge(min(limit, large.Limit))
	}
	if err != nil {
		return nil, fleet.Errorf(fleet.Invalid, "reading the body: %v", err)
	}
	if int64(content.Len()) > limit {
		return nil, tooLarge(limit)
	}
	return content.Bytes(), nil
}

// ReadJSON reads one JSON document of up to limit bytes into v. Keys that v does
// not know are ignored.
func ReadJSON(w http.ResponseWriter, r *http.Request, limit int64, v any) error {
	content, err := Body(w, r, limit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, v); err != nil {
		return fleet.Errorf(fleet.Invalid, "the body is not the JSON document that is expected here: %v", err)
	}
	return nil
}

func tooLarge(limit int64) error {
	return fleet.Errorf(fleet.TooLarge, "the body has more than %d bytes", limit)
}
