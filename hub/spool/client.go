package spool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Client hands runs to a hub.
type Client struct {
	URL   string // of the hub
	Token string // "" for none
}

// idsAtOnce is how many ids go into one push.
const idsAtOnce = 50_000

// told is the hub's answer to an instance.
type told struct {
	ID    string   `json:"id"`
	Acked int      `json:"acked"`
	Wants []string `json:"wants"`
}

// Hand hands one run over. It may be called again with the same run.
func (c *Client) Hand(ctx context.Context, r *Run) error {
	var t told
	if err := c.send(ctx, "POST", "/api/v1/instances", r.Registration, &t); err != nil {
		return fmt.Errorf("registering: %w", err)
	}
	if slices.Contains(t.Wants, "manifest") {
		if r.Manifest == nil {
			return fmt.Errorf("the hub does not have the manifest %s, and its file is not there", r.Digest)
		}
		if err := c.send(ctx, "PUT", "/api/v1/manifests/"+r.Digest, r.Manifest, nil); err != nil {
			return fmt.Errorf("sending the manifest: %w", err)
		}
	}
	for from := 0; ; from += idsAtOnce {
		to := min(from+idsAtOnce, len(r.Points.IDs))
		push := Points{From: from, IDs: r.Points.IDs[from:to], AgeMS: r.Points.AgeMS[from:to], End: r.Points.End && to == len(r.Points.IDs)}
		if len(r.Points.Routes) > 0 {
			push.Routes = r.Points.Routes[from:to]
		}
		if err := c.send(ctx, "POST", "/api/v1/instances/"+t.ID+"/points", push, nil); err != nil {
			return fmt.Errorf("pushing what ran: %w", err)
		}
		if to == len(r.Points.IDs) {
			return nil
		}
	}
}

// send sends a request; its answer is decoded into answer, if that is not nil.
func (c *Client) send(ctx context.Context, method, path string, body, answer any) error {
	content, ok := body.([]byte)
	if !ok {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	r.Header.Set("Goat-Protocol", "1")
	r.Header.Set("Content-Type", "application/json")
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("the hub redirects; name the address that it redirects to")
	}}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		var problem struct{ Detail string }
		if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
			return fmt.Errorf("%s answers %s; is it a hub?", c.URL, resp.Status)
		}
		return errors.New(problem.Detail)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
