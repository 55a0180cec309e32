package toolexec

import "strings"

// overlay says for which of the user's files the compiler is given another
// one, as go build -overlay wants it: where a file belongs, by where its bytes
// are. The go command tells the compiler, so that messages name the place
// (cmd/go/internal/work: Action.trimpath).
type overlay map[string]string

func readOverlay(trimpath string) overlay {
	o := make(overlay)
	for rule := range strings.SplitSeq(trimpath, ";") {
		from, to, ok := strings.Cut(rule, "=>")
		if !ok || !strings.HasSuffix(from, ".go") {
			continue
		}
		if place := untrim(to, trimpath); place != "" {
			o[from] = place
		}
	}
	return o
}

// place returns where a file belongs. What cover makes of a file already names
// that place: cover does not know of overlays and reads what stands there.
func (o overlay) place(file string) string {
	if place, ok := o[file]; ok {
		return place
	}
	return file
}
