package reports

import (
	"bytes"
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/page"
)

var _ fleet.Keeper = (*maker)(nil)

// Keep implements fleet.Keeper. It writes the profile and its two reports as the
// next files of the module: MODULE/cov_data/MODULE_1.cov, MODULE_1_report.txt,
// MODULE_1_report.html. The total is the func report's.
func (m *maker) Keep(ctx context.Context, release *fleet.Release, b *fleet.Blocks) (file string, total float64, err error) {
	result := &Result{Ask: Ask{Release: release.ID, Kind: Full}, Release: *release}
	if result.Service, err = m.fleet.Service(ctx, release.ServiceID); err != nil {
		return "", 0, err
	}
	result.use(b)
	tree, texts := m.source(ctx, result)
	if tree != nil {
		defer tree.Close()
	}
	if result.Full, err = report.New(ctx, b.Profile, texts); err != nil {
		return "", 0, err
	}
	if file, err = m.nextFile(ctx, result); err != nil {
		return "", 0, err
	}
	return file, result.Full.Total.Percent(), m.write(ctx, file, result)
}

func (m *maker) nextFile(ctx context.Context, result *Result) (string, error) {
	folder := folderName(result.Service.App)
	if repo := m.repos.of(result.Service.Main); repo != nil {
		folder = repo.folder
	} else if files := result.Profile.Files; len(files) > 0 {
		if repo := m.repos.of(files[0].Name); repo != nil {
			folder = repo.folder
		}
	}
	n, err := m.fleet.Number(ctx, "profiles of "+folder)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%[1]s/cov_data/%[1]s_%[2]d.cov", folder, n), nil
}

// write writes the reports before the profile, so that a profile that exists has
// its reports.
func (m *maker) write(ctx context.Context, file string, result *Result) error {
	var text, html bytes.Buffer
	if err := result.Full.WriteFuncs(&text); err != nil {
		return err
	}
	if err := page.WriteReport(ctx, &html, result.Full, result.Heading()); err != nil {
		return err
	}
	cov, err := result.Profile.AppendText(nil)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{fleet.TextReport(file), text.Bytes()}, {fleet.HTMLReport(file), html.Bytes()}, {file, cov}} {
		if err := m.fleet.PutFile(ctx, f.name, f.content); err != nil {
			return err
		}
	}
	return nil
}
