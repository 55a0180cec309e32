package cli

import (
	"flag"
	"fmt"
	"strings"
)

func completionCommand(describe func(*program) []described) command {
	return command{
		name:  "completion",
		args:  "bash|zsh|fish",
		short: "print what completes goat's commands and flags in a shell",
		long: `Completion prints a script for a shell, made from the same help as this text.

	goat completion bash > /etc/bash_completion.d/goat      # or: source <(goat completion bash)
	goat completion zsh > "${fpath[1]}/_goat"               # then start a new shell
	goat completion fish > ~/.config/fish/completions/goat.fish`,
		setup: func(p *program, _ *flag.FlagSet) func([]string) error {
			return func(args []string) error {
				scripts := map[string]func([]described) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}
				if len(args) != 1 || scripts[args[0]] == nil {
					return usagef("it takes the name of a shell, got %q; write bash, zsh or fish", args)
				}
				fmt.Fprint(p.stdout, scripts[args[0]](describe(p)))
				return nil
			}
		},
	}
}

// described is a command as its help describes it.
type described struct {
	command
	flags []describedFlag
	help  string // including the help of its flags
}

type describedFlag struct {
	name, value, usage string   // value is the placeholder, "" for a boolean
	words              []string // the only allowed values
	file               bool     // the value names a file or directory
}

func describeFlag(f *flag.Flag) describedFlag {
	value, usage := flag.UnquoteUsage(f)
	d := describedFlag{name: f.Name, value: value, usage: strings.ReplaceAll(usage, "\n", " ")}
	if strings.Contains(value, "|") {
		d.words = strings.Split(value, "|")
	}
	d.file = value == "file" || value == "directory" || value == "path"
	return d
}

// firstSentence returns the part of a help text that fits next to a name.
func firstSentence(text string) string {
	for _, end := range []string{"; ", ". ", " (default"} {
		text, _, _ = strings.Cut(text, end)
	}
	return text
}

func names(list []described) string {
	all := make([]string, 0, len(list)+1)
	for _, c := range list {
		all = append(all, c.name)
	}
	return strings.Join(append(all, "help"), " ")
}

// words returns the values of an argument that has only a few.
func (d described) words() string {
	if d.name == "completion" {
		return "bash zsh fish"
	}
	return ""
}

func bashScript(list []described) string {
	var b strings.Builder
	b.WriteString(`# bash completion for goat, made by "goat completion bash"
_goat() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} flag=
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "` + names(list) + `" -- "$cur"))
        return
    fi
    if [[ $command == help ]]; then
        COMPREPLY=($(compgen -W "-man ` + names(list) + `" -- "$cur"))
        return
    fi
    # "=" is a word of its own here: -base=v1 is three.
    if [[ $cur == = ]]; then
        flag=$prev cur=
    elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
        flag=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $prev == -* ]]; then
        flag=$prev
    fi
    flag=${flag#-}
    case $command/${flag#-} in
`)
	for _, c := range list {
		for _, f := range c.flags {
			switch {
			case len(f.words) > 0:
				fmt.Fprintf(&b, "    %s/%s) COMPREPLY=($(compgen -W %q -- \"$cur\")); return ;;\n", c.name, f.name, strings.Join(f.words, " "))
			case f.file:
				fmt.Fprintf(&b, "    %s/%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", c.name, f.name)
			case f.value != "":
				fmt.Fprintf(&b, "    %s/%s) return ;;\n", c.name, f.name)
			}
		}
	}
	b.WriteString("    esac\n    case $command in\n")
	for _, c := range list {
		var flags []string
		for _, f := range c.flags {
			flags = append(flags, "-"+f.name)
		}
		fmt.Fprintf(&b, "    %s)\n        if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W %q -- \"$cur\")); return; fi\n", c.name, strings.Join(flags, " "))
		if words := c.words(); words != "" {
			fmt.Fprintf(&b, "        COMPREPLY=($(compgen -W %q -- \"$cur\"))\n", words)
		} else {
			b.WriteString("        COMPREPLY=($(compgen -f -- \"$cur\"))\n")
		}
		b.WriteString("        ;;\n")
	}
	b.WriteString("    esac\n}\ncomplete -o filenames -F _goat goat\n")
	return b.String()
}

func zshScript(list []described) string {
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
	inBrackets := strings.NewReplacer(":", `\:`, "[", `\[`, "]", `\]`)
	var b strings.Builder
	b.WriteString("#compdef goat\n# zsh completion for goat, made by \"goat completion zsh\"\n_goat() {\n  local -a commands\n  commands=(\n")
	for _, c := range list {
		fmt.Fprintf(&b, "    %s\n", quote(c.name+":"+c.short))
	}
	b.WriteString("    'help:say more about a command'\n  )\n  if (( CURRENT == 2 )); then\n    _describe 'command' commands\n    return\n  fi\n")
	b.WriteString("  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n  help)\n    _describe 'command' commands\n    ;;\n")
	for _, c := range list {
		fmt.Fprintf(&b, "  %s)\n    _arguments", c.name)
		for _, f := range c.flags {
			spec := "-" + f.name
			if f.value != "" {
				spec += "="
			}
			spec += "[" + inBrackets.Replace(firstSentence(f.usage)) + "]"
			switch {
			case len(f.words) > 0:
				spec += ":" + f.name + ":(" + strings.Join(f.words, " ") + ")"
			case f.file:
				spec += ":" + f.name + ":_files"
			case f.value != "":
				spec += ":" + f.name + ": "
			}
			fmt.Fprintf(&b, " \\\n      %s", quote(spec))
		}
		rest := "*:file:_files"
		if words := c.words(); words != "" {
			rest = "*:word:(" + words + ")"
		}
		fmt.Fprintf(&b, " \\\n      %s\n    ;;\n", quote(rest))
	}
	b.WriteString("  esac\n}\n\nif [ \"$funcstack[1]\" = _goat ]; then\n  _goat \"$@\"\nelse\n  compdef _goat goat\nfi\n")
	return b.String()
}

func fishScript(list []described) string {
	quote := func(text string) string { return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'" }
	var b strings.Builder
	b.WriteString("# fish completion for goat, made by \"goat completion fish\"\n")
	for _, c := range list {
		fmt.Fprintf(&b, "complete -c goat -f -n __fish_use_subcommand -a %s -d %s\n", c.name, quote(c.short))
	}
	fmt.Fprintf(&b, "complete -c goat -f -n __fish_use_subcommand -a help -d 'say more about a command'\ncomplete -c goat -f -n '__fish_seen_subcommand_from help' -a %s\n", quote(names(list)))
	for _, c := range list {
		seen := quote("__fish_seen_subcommand_from " + c.name)
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c goat -n %s -o %s -d %s", seen, f.name, quote(firstSentence(f.usage)))
			switch {
			case len(f.words) > 0:
				fmt.Fprintf(&b, " -x -a %s", quote(strings.Join(f.words, " ")))
			case f.file:
				b.WriteString(" -r")
			case f.value != "":
				b.WriteString(" -x")
			}
			b.WriteByte('\n')
		}
		if words := c.words(); words != "" {
			fmt.Fprintf(&b, "complete -c goat -f -n %s -a %s\n", seen, quote(words))
		}
	}
	return b.String()
}
