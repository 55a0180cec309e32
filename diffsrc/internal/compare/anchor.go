package compare

// pairOutside pairs units that begin and end outside the hunks, where the lines
// of both states are the same, and have the same tokens; a hunk between may
// have changed a comment. It then divides both states into sections, and parts
// the pairs whose units are in different ones.
func (f *File) pairOutside() {
	toOld := f.tokensOutside()
	at := make(map[int]int) // the old unit that begins with a token
	for o := range f.old.units {
		at[f.old.units[o].first()] = o
	}
	for n := range f.new.units {
		u := &f.new.units[n]
		o, ok := at[toOld[u.first()]]
		if ok && toOld[u.final()] == f.old.units[o].final() && f.old.units[o].key == u.key {
			f.pair(o, n)
		}
	}
	f.findSections()
	f.partAcross()
}

// tokensOutside returns the old token for each new token on a line outside the
// hunks. It skips lines that do not have the same tokens in both states,
// because a hunk before may open or close a comment or a raw string.
func (f *File) tokensOutside() []int {
	toOld := unpaired(len(f.new.tokens))
	old, new := f.old.tokens, f.new.tokens
	o, next, shift := 0, 0, 0
	for n := 0; n < len(new); {
		line := new[n].line
		for ; next < len(f.hunks) && f.hunks[next].NewEnd <= line; next++ {
			shift = f.hunks[next].OldEnd - f.hunks[next].NewEnd
		}
		nEnd := n
		for nEnd < len(new) && new[nEnd].line == line {
			nEnd++
		}
		if next == len(f.hunks) || line < f.hunks[next].New {
			for o < len(old) && old[o].line < line+shift {
				o++
			}
			oEnd := o
			for oEnd < len(old) && old[oEnd].line == line+shift {
				oEnd++
			}
			if sameTokens(old[o:oEnd], new[n:nEnd]) {
				for k := range nEnd - n {
					toOld[n+k] = o + k
				}
			}
		}
		n = nEnd
	}
	return toOld
}

func sameTokens(a, b []lexeme) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].same(b[i]) {
			return false
		}
	}
	return true
}
