package profile

// Since returns what p has counted beyond what it had counted before: the
// profile of a baseline, of the same builds. Where a block has no equal one in
// before, the one at its start counts. In mode set only blocks that had not run
// before can be told to have run since.
func (p *Profile) Since(before *Profile) *Profile {
	since := &Profile{Mode: p.Mode, Files: make([]File, len(p.Files))}
	for i := range p.Files {
		f := File{Name: p.Files[i].Name, Blocks: make([]Block, len(p.Files[i].Blocks))}
		was := before.File(f.Name)
		for j, b := range p.Files[i].Blocks {
			if was != nil {
				if at, ok := was.At(b.StartLine, b.StartCol); ok {
					b.Count -= min(b.Count, at.Count)
				}
			}
			f.Blocks[j] = b
		}
		since.Files[i] = f
	}
	return since
}
