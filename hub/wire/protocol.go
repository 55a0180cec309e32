package wire

import (
	"log/slog"
	"net/http"
	"slices"
	"strconv"
)

// protocols are the versions of docs/hub-protocol.md that this hub takes, with the
// highest last.
var protocols = []int{1}

const protocolHeader = "Goat-Protocol"

// Versioned names the highest version of the protocol in every answer, and refuses
// versions that the hub does not take.
func Versioned(log *slog.Logger, next http.Handler) http.Handler {
	highest := strconv.Itoa(protocols[len(protocols)-1])
	refuse := Handler(log, func(_ http.ResponseWriter, r *http.Request) error {
		return &Problem{Type: "unsupported-protocol", Status: http.StatusBadRequest, Supported: protocols,
			Detail: "the hub does not take version " + strconv.Quote(r.Header.Get(protocolHeader)) + " of the protocol"}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(protocolHeader, highest)
		if version := r.Header.Get(protocolHeader); version != "" {
			if n, err := strconv.Atoi(version); err != nil || !slices.Contains(protocols, n) {
				refuse.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
