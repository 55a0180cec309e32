package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/internal/bounded"
)

// client calls a center: goat-hub's, or goc's own.
type client struct {
	center string
	token  string
}

// maxAnswer is the size of a center's answer, in bytes.
const maxAnswer = 256 << 20

// flag adds the flag that says where the center is.
func (c *client) flag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.center, "center", "http://127.0.0.1:7777", "address of the hub's center")
}

// call sends a request and returns the answer of one that worked.
func (c *client) call(ctx context.Context, method, path string, query url.Values, body any) ([]byte, error) {
	address := strings.TrimSuffix(c.center, "/") + path
	if query != nil {
		address += "?" + query.Encode()
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, fmt.Errorf("calling the center: %w", err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("calling the center: %w; name it with --center", err)
	}
	defer resp.Body.Close()
	answer, err := bounded.ReadAll(resp.Body, maxAnswer)
	if err != nil {
		return nil, fmt.Errorf("reading the center's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the center answers %s: %s", resp.Status, wordsOf(answer))
	}
	return answer, nil
}

// wordsOf is what an answer says is wrong.
func wordsOf(answer []byte) string {
	var said struct {
		Error  string `json:"error"`
		Detail string `json:"detail"` // of a problem
		Msg    string `json:"msg"`
	}
	if err := json.Unmarshal(answer, &said); err == nil && said.Error+said.Msg+said.Detail != "" {
		return said.Error + said.Msg + said.Detail
	}
	return string(answer[:min(len(answer), 500)])
}

// selection is what profile, clear and remove choose. goc sends all five keys.
type selection struct {
	Force   bool     `json:"force"`
	Service []string `json:"service"`
	Address []string `json:"address"`
	Cover   []string `json:"coverfile"`
	Skip    []string `json:"skipfile"`
}

func (s *selection) flags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&s.Service, "service", nil, "names of services, with commas between them; without it and --address all")
	cmd.Flags().StringSliceVar(&s.Address, "address", nil, "addresses of agents, with commas between them")
}
