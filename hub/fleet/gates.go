package fleet

import "context"

// Gates lists the last verdicts, by release.
func (f *Fleet) Gates(ctx context.Context) (map[string]GateRow, error) {
	rows, err := f.store.Gates(ctx)
	if err != nil {
		return nil, err
	}
	byRelease := make(map[string]GateRow, len(rows))
	for _, row := range rows {
		byRelease[row.Release] = row
	}
	return byRelease, nil
}
