package server

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/internal/bounded"
)

// health asks a hub whether it can work.
type health struct {
	hub, ca, name string
	wait          time.Duration
}

func healthCommand() *cobra.Command {
	var h health
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running hub whether it can work",
		Long: `Health asks GET /readyz, as a container's health check does: an image without a shell
has no other command for it. Exit codes: 0 the hub can work, 1 it cannot, or is not there.`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			text, err := h.ask(cmd)
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), text)
			}
			return err
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&h.hub, "hub", "http://127.0.0.1:8089", "address of the hub")
	flags.StringVar(&h.ca, "ca", "", "PEM file with the CA of the hub's certificate")
	flags.StringVar(&h.name, "tls-server-name", "", "name that the hub's certificate is for, where the address has another one")
	flags.DurationVar(&h.wait, "timeout", 5*time.Second, "how long the answer may take")
	return cmd
}

func (h *health) ask(cmd *cobra.Command) (string, error) {
	config := &tls.Config{ServerName: h.name, MinVersion: tls.VersionTLS12}
	if h.ca != "" {
		text, err := os.ReadFile(h.ca)
		if err != nil {
			return "", fmt.Errorf("reading the CA: %w; --ca names a PEM file", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return "", fmt.Errorf("reading the CA: %s has no certificate in PEM; --ca names such a file", h.ca)
		}
	}
	client := &http.Client{Timeout: h.wait, Transport: &http.Transport{TLSClientConfig: config}}
	r, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, strings.TrimSuffix(h.hub, "/")+"/readyz", nil)
	if err != nil {
		return "", fmt.Errorf("asking the hub: %w; --hub names its address", err)
	}
	resp, err := client.Do(r)
	if err != nil {
		return "", fmt.Errorf("asking the hub: %w; --hub names its address", err)
	}
	defer resp.Body.Close()
	text, err := bounded.ReadAll(resp.Body, 64<<10)
	if err != nil {
		return "", fmt.Errorf("reading the hub's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the hub answers %s: %s", resp.Status, wordsOf(text))
	}
	return "ready", nil
}
