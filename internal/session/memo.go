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

// A memo leads a go command to the session of an earlier one, so that a build
// of what has been built does not compare trees again. Its name is made of the
// configuration and the modules of the build, and it holds a witness: everything
// else that the session was computed from. The witness asks git and the file
// system the same questions again; with one other answer the memo counts for
// nothing.
//
// Only sessions whose lines come from git alone have one. Those of a patch
// file or an index are quickly computed, and what modules: true looks at is
// not witnessed.
type memo struct {
	Session string           `json:"session"`
	Witness *diffsrc.Witness `json:"witness"`
}

// memoName returns the name of the memo for a build, "" where there can be
// none.
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

// recall returns the session of an earlier build, and its name, when it is
// this one's too.
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

// remember leaves a memo of a session.
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
