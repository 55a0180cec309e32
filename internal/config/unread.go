package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// innerVariables are variables that nobody sets by hand: goat's processes pass
// them to each other, or its tests use them.
var innerVariables = []string{"GOAT_NESTED", "GOAT_VET_FILTERED", "GOAT_PROOFS", "GOAT_EDITS", "GOAT_EDITS_SEED", "GOAT_EDITS_HISTORY", "GOAT_TEST_DISTURB"}

// UnknownVariables returns a sentence for each variable whose name looks like
// one of goat's but is not, in the order of the names.
func UnknownVariables(environ []string) []string {
	var known []string
	for _, s := range Settings() {
		if word, ok := strings.CutPrefix(s.Env, "GOAT_"); ok {
			known = append(known, word)
		}
	}
	var sentences []string
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		word, ok := strings.CutPrefix(name, "GOAT_")
		if !ok || value == "" || slices.Contains(known, word) || slices.Contains(innerVariables, name) {
			continue
		}
		sentence := "goat has no variable " + name
		if near := nearest(word, known); near != "" {
			sentence += fmt.Sprintf("; did you mean GOAT_%s?", near)
		} else {
			sentence += "; docs/configuration.md lists those it has"
		}
		sentences = append(sentences, sentence)
	}
	slices.Sort(sentences)
	return sentences
}

// misnamed are names that look like goat.yaml but are not read.
var misnamed = []string{"goat.yml", ".goat.yaml", ".goat.yml"}

// UnreadFiles returns a sentence for each file with a misspelt name of
// goat.yaml, saying that it is not read. It looks where Load looks, but not
// above the repository.
func UnreadFiles(in Input) []string {
	if in.Flags.Config != "" || in.Getenv != nil && in.Getenv("GOAT_CONFIG") != "" {
		return nil
	}
	dir, err := filepath.Abs(in.Dir)
	if err != nil {
		return nil
	}
	var sentences []string
	for {
		for _, name := range misnamed {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
				sentences = append(sentences, fmt.Sprintf("%s is not read; rename it to %s, or name it with -config", filepath.Join(dir, name), FileName))
			}
		}
		if there(dir, FileName) || there(dir, ".git") || dir == filepath.Dir(dir) {
			return sentences
		}
		dir = filepath.Dir(dir)
	}
}

func there(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
