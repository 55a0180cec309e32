package review

import "sync"

// texts keeps the files that were read last.
type texts struct {
	mu    sync.Mutex
	known map[textKey][]byte
	order []textKey // the one read first comes first
	bytes int
}

type textKey struct{ repo, commit, name string }

// mostText is how many bytes of files are kept.
const mostText = 16 << 20

func (t *texts) get(k textKey) ([]byte, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text, ok := t.known[k]
	return text, ok
}

func (t *texts) put(k textKey, text []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.known[k]; ok || len(text) > mostText/4 {
		return
	}
	t.known[k] = text
	t.order = append(t.order, k)
	t.bytes += len(text)
	for t.bytes > mostText {
		t.bytes -= len(t.known[t.order[0]])
		delete(t.known, t.order[0])
		t.order = t.order[1:]
	}
}
