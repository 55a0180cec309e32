package runs

import "time"

// Row is a row that people query: a LocationRow, NodeRow or VarRow.
type Row interface{ isRow() }

// LocationRow is a location that a step was at. Read and Write name the first
// variables that it reads and writes.
type LocationRow struct {
	ID                         int64
	Package, Func, File        string
	Line, Col, EndLine, EndCol int
	Kind, Read, Write          string
}

// NodeRow is a step. Numbers of other steps are of the same trace, and 0 where there
// is none, as are ids of variables' values and of locations.
type NodeRow struct {
	Trace, Step                        uint64
	Location                           int64
	Time                               time.Time
	Depth                              int // calls that were open
	Outcome                            *bool
	StepIn, StepOver, InvocationParent uint64
	Read, Write                        int64
}

// VarRow is a value that a variable got.
type VarRow struct {
	ID          int64
	Trace, Step uint64
	Kind        string // as tables have it, or result
	Identifier  string
	Value       string
}

func (LocationRow) isRow() {}
func (*NodeRow) isRow()    {}
func (VarRow) isRow()      {}
