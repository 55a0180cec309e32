package graph

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// A cursor is "step:118" or "run:412" in base64, so that nobody builds on it.

func formatCursor(kind string, n uint64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + ":" + strconv.FormatUint(n, 10)))
}

func parseCursor(kind, text string) (uint64, error) {
	if b, err := base64.RawURLEncoding.DecodeString(text); err == nil {
		if rest, ok := strings.CutPrefix(string(b), kind+":"); ok {
			if n, err := strconv.ParseUint(rest, 10, 63); err == nil {
				return n, nil
			}
		}
	}
	return 0, refuse("%q is no cursor of this list; take endCursor of the page before", text)
}

func pageSize(first *int) (int, error) {
	switch {
	case first == nil:
		return 20, nil
	case *first < 1 || *first > maxPage:
		return 0, refuse("first is %d; it can be 1 to %d", *first, maxPage)
	}
	return *first, nil
}

func natural(name string, n int) (uint64, error) {
	if n < 1 {
		return 0, refuse("%s is %d; it counts from 1", name, n)
	}
	return uint64(n), nil
}

func chainSize(step int, limit *int) (uint64, int, error) {
	n, err := natural("step", step)
	most := 50
	if limit != nil {
		most = *limit
	}
	if err == nil && (most < 1 || most > maxChain) {
		err = refuse("limit is %d; it can be 1 to %d", most, maxChain)
	}
	return n, most, err
}
