package blocks

import "go/ast"

// clauseBlocks returns one block for each clause of a switch or select, still
// without statements.
func clauseBlocks(body *ast.BlockStmt) []*Block {
	var blocks []*Block
	for i, clause := range body.List {
		block := &Block{Role: Case, Node: clause, End: body.Rbrace}
		if i+1 < len(body.List) {
			block.End = body.List[i+1].Pos()
			block.first = block.End
		}
		switch c := clause.(type) {
		case *ast.CaseClause:
			block.Start = c.Colon + 1
			if c.List == nil {
				block.Role = Default
			}
		case *ast.CommClause:
			block.Start = c.Colon + 1
			if c.Comm == nil {
				block.Role = Default
			}
		default: // a parser makes no others
			continue
		}
		if list := clauseList(clause); len(list) > 0 {
			block.first = list[0].Pos()
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// clauseList returns the statements of a clause.
func clauseList(clause ast.Node) []ast.Stmt {
	switch c := clause.(type) {
	case *ast.CaseClause:
		return c.Body
	case *ast.CommClause:
		return c.Body
	}
	return nil
}

// clauseIgnored reports whether a comment above a clause excludes it. A comment
// that excludes the block of the clause before does not.
func (b *layout) clauseIgnored(body *ast.BlockStmt, blocks []*Block, i int) bool {
	prev := body.Lbrace + 1
	if i > 0 {
		before := blocks[i-1]
		prev = max(before.Node.End(), b.marker.IgnoresBlock(before.Start, before.first, before.End)+1)
	}
	return b.marker.IgnoresStmt(prev, blocks[i].Node.Pos())
}
