package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/config"
)

// A memo leads a go command to the session of an earlier one, so that a
// repeated build need not compare trees. Its name is made of the configuration
// and the modules of the build. It holds a witness of everything else that the
// session was computed from. The witness asks git and the file system the same
// questions again, and the memo is ignored if one answer differs.
//
// Only sessions whose lines come from git alone have a memo. Lines from a patch
// file or an index are computed quickly, and what modules: true reads is not
// witnessed.
type memo struct {
	Session string           `json:"session"`
	Witness *diffsrc.Witness `json:"witness"`
}

// memoName returns the name of the memo for a build, or "" if it has none.
func memoName(in Input, cfg *config.Config, b build) string {
	if cfg.Patchfile != "" || cfg.Index != "" || cfg.Base == diffsrc.InitRef || cfg.Modules != config.ModulesOff || len(b.modules) == 0 {
		return ""
	}
	data, err := json.Marshal(cfg)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%s\x00", formatVersion, in.Tool, in.Dir, b.root, data)
	for _, m := range b.modules {
		dir, err := filepath.EvalSymlinks(m.Dir)
		if err != nil {
			return ""
		}
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", m.Path, m.Dir, dir)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// recall returns an earlier build's session and its name if it is still valid
// for this build.
func (st store) recall(ctx context.Context, memoName string, getenv func(string) string) (*Session, string, bool) {
	var m memo
	if memoName == "" || getJSON(st.memo, memoName, &m) != nil || m.Witness == nil {
		return nil, "", false
	}
	s, err := st.read(m.Session)
	if err != nil || !st.intact(m.Session) || !m.Witness.Holds(ctx, getenv) {
		return nil, "", false
	}
	return s, m.Session, true
}

// comparisons returns what the last computed session of a memo's name found in
// pairs of files. The name contains this goat's own ID.
func (st store) comparisons(memoName string) *diffsrc.Comparisons {
	if memoName == "" {
		return nil
	}
	data, _ := st.pairs.Get(pairsName(memoName)) // without data all is compared
	return diffsrc.ReadComparisons(data)
}

// keepComparisons keeps what was found for the next build.
func (st store) keepComparisons(memoName string, c *diffsrc.Comparisons) {
	if c == nil {
		return
	}
	data, news := c.Bytes()
	if !news {
		st.pairs.Use(pairsName(memoName))
		return
	}
	if err := st.pairs.Put(pairsName(memoName), data); err != nil {
		st.log.Warn("storing what differs between files", "err", err)
	}
}

// pairsName is in one of 256 directories, as a folder with a limited size has
// them.
func pairsName(memoName string) string { return memoName[:2] + "/" + memoName }

// remember writes a memo of a session.
func (st store) remember(name, session string, w *diffsrc.Witness) {
	if name == "" || w.Git == "" || w.Unfit {
		return
	}
	data, err := json.Marshal(memo{session, w})
	if err == nil {
		err = st.memo.Put(name, data)
	}
	if err != nil {
		st.log.Warn("storing a memo of the session", "err", err)
	}
}
