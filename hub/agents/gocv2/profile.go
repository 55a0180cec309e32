package gocv2

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report/profile"
)

// moded is a profile with the mode that the agent reports: goc has a mode that Go
// does not have.
type moded struct {
	mode string
	*profile.Profile
}

// profile answers with the merged profiles of agents.
func (c *center) profile(w http.ResponseWriter, r *http.Request) error {
	agents, _, err := c.chosen(r, auth.Read)
	if err != nil {
		return err
	}
	if len(agents) == 0 {
		return &problem{Status: http.StatusInternalServerError, Message: "can't merge zero profiles"}
	}
	profiles := c.profiles(r.Context(), agents)
	if skip := r.FormValue("skippattern"); skip != "" {
		for _, p := range profiles {
			p.Files = slices.DeleteFunc(slices.Clone(p.Files), func(f profile.File) bool {
				return slices.ContainsFunc(strings.Split(skip, ","), func(text string) bool { return strings.Contains(f.Name, text) })
			})
		}
	}
	merged, err := merge(profiles)
	if err != nil {
		return &problem{Status: http.StatusInternalServerError, Message: err.Error()}
	}
	text, err := merged.AppendText(nil)
	if err != nil {
		return err
	}
	text = append([]byte("mode: "+merged.mode), text[len("mode: "+merged.Mode):]...)
	return answer(w, http.StatusOK, map[string]string{"profile": string(text)})
}

// profiles returns the profiles of the agents that have one, in their order.
func (c *center) profiles(ctx context.Context, agents []fleet.GocAgent) []*moded {
	all := make([]*moded, len(agents))
	each(agents, func(i int, a *fleet.GocAgent) {
		p, err := c.profileOf(ctx, a)
		if err != nil {
			c.Log.Info("an agent has no profile", "id", a.ID, "error", err)
			return
		}
		all[i] = p
	})
	return slices.DeleteFunc(all, func(p *moded) bool { return p == nil })
}

// profileOf asks an agent that is connected here. If an agent is connected to
// another replica, it asks that replica and takes the copy that the hub keeps.
func (c *center) profileOf(ctx context.Context, a *fleet.GocAgent) (*moded, error) {
	if n := c.connections.get(a.ID); n != nil {
		text, err := c.pull(ctx, n)
		if err != nil {
			return nil, err
		}
		return parse(text)
	}
	if !a.There() {
		return nil, errClosed
	}
	text, err := c.Fleet.Copy(ctx, a.Instance)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

// parse reads a profile as an agent gives it.
func parse(text []byte) (*moded, error) {
	p, err := fleet.ParseBlocks(text)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text[:min(len(text), 64)]), "\n")
	return &moded{strings.TrimSpace(strings.TrimPrefix(first, "mode: ")), p}, nil
}

// merge adds profiles up. As in goc, all must have the same mode.
func merge(profiles []*moded) (*moded, error) {
	modes := map[string]string{} // by file
	var names []string
	wrong := map[string]error{}
	for _, p := range profiles {
		for _, f := range p.Files {
			before, ok := modes[f.Name]
			if !ok {
				modes[f.Name] = p.mode
				names = append(names, f.Name)
			} else if before != p.mode && wrong[f.Name] == nil {
				wrong[f.Name] = fmt.Errorf("error merging %s: mode for %s mismatches (%s vs %s)", f.Name, f.Name, before, p.mode)
			}
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if wrong[name] != nil {
			return nil, wrong[name]
		}
	}
	if len(names) == 0 {
		return nil, errors.New("can't write an empty profile")
	}
	plain := make([]*profile.Profile, 0, len(profiles))
	for _, p := range profiles {
		if len(p.Files) > 0 {
			plain = append(plain, p.Profile)
		}
	}
	merged, _ := profile.Merge(plain...)
	return &moded{modes[names[0]], merged}, nil
}

// clear sets the counters of agents to zero. Before that, it stores what they have
// counted.
func (c *center) clear(w http.ResponseWriter, r *http.Request) error {
	agents, _, err := c.chosen(r, auth.Write)
	if err != nil {
		return err
	}
	c.snapshot(r.Context(), agents)
	ctx, cancel := context.WithTimeout(r.Context(), snapshotPatience)
	defer cancel()
	each(agents, func(_ int, a *fleet.GocAgent) {
		n := c.connections.get(a.ID)
		if n == nil {
			return
		}
		if _, err := n.text(ctx, "GocAgent.ResetProfile", "resetprofile"); err != nil {
			c.Log.Warn("an agent was not cleared", "id", a.ID, "error", err)
		}
	})
	w.WriteHeader(http.StatusOK)
	return nil
}
