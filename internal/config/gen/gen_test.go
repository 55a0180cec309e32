package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
)

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	for name, render := range generated {
		got, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(render(config.Settings())), string(got)); diff != "" {
			t.Errorf("docs/%s is out of date, run make generate (-want +got):\n%s", name, diff)
		}
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for name, render := range generated {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(render(config.Settings())), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if err := write(filepath.Join(dir, "missing")); err == nil {
		t.Error("got no error for a missing directory, want one")
	}
}

// TestPageNamesEverything holds the page to the settings.
func TestPageNamesEverything(t *testing.T) {
	page := string(markdown(config.Settings()))
	for _, s := range config.Settings() {
		for _, name := range append([]string{s.Key, s.Env}, s.Aliases...) {
			if !strings.Contains(page, name) {
				t.Errorf("got a page without %s, want it named", name)
			}
		}
		if s.Doc == "" || s.Type == "" {
			t.Errorf("%s: got no text or no type, want both", s.Name())
		}
	}
}

// TestSchemaTakesWhatLoadTakes holds the schema's keys and values to Load.
func TestSchemaTakesWhatLoadTakes(t *testing.T) {
	var parsed struct {
		Properties map[string]struct{ Enum []any }
	}
	if err := json.Unmarshal(schema(config.Settings()), &parsed); err != nil {
		t.Fatal(err)
	}
	for key, property := range parsed.Properties {
		for _, value := range append(property.Enum, nil) {
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, config.FileName), []byte(key+": "+string(text)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(config.Input{Dir: dir}); err != nil {
				t.Errorf("%s: %s: got %v, want the value taken as the schema says", key, text, err)
			}
		}
	}
}
