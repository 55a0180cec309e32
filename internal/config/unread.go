package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// innerVariables are goat's own, which nobody sets by hand: those that its
// processes hand to each other, and those of its tests.
var innerVariables = []string{"GOAT_NESTED", "GOAT_VET_FILTERED", "GOAT_PROOFS", "GOAT_EDITS", "GOAT_EDITS_SEED", "GOAT_EDITS_HISTORY", "GOAT_TEST_DISTURB"}

// UnknownVariables says of each variable of an environment that is named as if
// it were goat's that it is not, a sentence each, in the order of the names.
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

// misnamed are names under which a file is not read.
var misnamed = []string{"goat.yml", ".goat.yaml", ".goat.yml"}

// UnreadFiles says of files that are named nearly like goat.yaml that they are
// not read, a sentence each. It looks where Load looks for goat.yaml, but not
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
