// Package goat holds the sources of the runtime that goat-exec links into
// instrumented programs.
//
// In: the files of rt and of the packages below it that a program needs. Out: a
// file system for goat-exec, which compiles them with the application's own
// flags, and a hash of it for its cache keys. rt/victoria is not among them: it
// has a dependency, and applications that want it import it themselves.
package goat

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// Every file is named, since a pattern would take in the tests; a test compares
// the list with the directories.
//
//go:embed rt/build.go rt/catalog.go rt/counters.go rt/doc.go rt/document.go rt/hits.go rt/items.go rt/json.go rt/match.go rt/metrics.go
//go:embed rt/observe.go rt/privileged.go rt/process.go rt/query.go rt/rearm.go rt/register.go rt/report.go rt/track.go
//go:embed rt/variables.go
//go:embed rt/file/doc.go rt/file/file.go rt/file/flush.go rt/file/spool.go rt/file/writer.go
//go:embed rt/instance/doc.go rt/instance/documents.go rt/instance/instance.go rt/instance/manifest.go rt/instance/spool.go
//go:embed rt/manifest/decode.go rt/manifest/doc.go rt/manifest/encode.go rt/manifest/envelope.go
//go:embed rt/manifest/manifest.go rt/manifest/scan.go rt/manifest/stableid.go
//go:embed rt/push/connection.go rt/push/counters.go rt/push/doc.go rt/push/exchange.go rt/push/json.go rt/push/line.go rt/push/pace.go rt/push/problem.go
//go:embed rt/push/profile.go rt/push/proxy.go rt/push/push.go rt/push/session.go rt/push/settings.go rt/push/spool.go rt/push/voice.go
//go:embed rt/serve/ancestor.go rt/serve/answer.go rt/serve/budget.go rt/serve/connections.go rt/serve/cover.go rt/serve/doc.go
//go:embed rt/serve/guard.go rt/serve/handler.go rt/serve/kept.go rt/serve/portfile.go rt/serve/push.go rt/serve/serve.go rt/serve/server.go
//go:embed rt/serve/look.go rt/serve/page.go rt/serve/settings.go
//go:embed rt/trace/clock.go rt/trace/count.go rt/trace/direct.go rt/trace/doc.go rt/trace/folder.go rt/trace/identity.go rt/trace/goid.go rt/trace/goid_amd64.s rt/trace/goid_arm64.s
//go:embed rt/trace/goid_asm.go rt/trace/goid_other.go rt/trace/hooks.go rt/trace/publish_amd64.go rt/trace/publish_other.go rt/trace/queue.go rt/trace/recorder.go
//go:embed rt/trace/await.go rt/trace/describe.go rt/trace/firsthit.go rt/trace/limits.go rt/trace/output.go rt/trace/recording.go rt/trace/rounds.go rt/trace/silence.go rt/trace/spawn.go rt/trace/sweep.go rt/trace/text.go
//go:embed rt/trace/page/doc.go rt/trace/page/page.go rt/trace/uplink/doc.go rt/trace/uplink/uplink.go
//go:embed rt/trace/share.go rt/trace/sink.go rt/trace/start.go rt/trace/store.go rt/trace/tracer.go rt/trace/value.go
//go:embed rt/trace/wire/doc.go rt/trace/wire/event.go rt/trace/wire/segment.go
//go:embed rt/warning/begun.go rt/warning/doc.go rt/warning/warning.go
var runtimeFiles embed.FS

// RuntimeFiles returns the sources of rt and of all packages below it but
// rt/victoria, of this module, at these paths, without their tests. They import
// the standard library and each other. Build constraints are those of rt/trace
// alone: how a goroutine knows its number, and how it makes events count.
func RuntimeFiles() fs.FS { return runtimeFiles }

// RuntimeHash is a SHA-256 over names and contents of RuntimeFiles, in hex: it
// changes when, and only when, the runtime does.
func RuntimeHash() string {
	h := sha256.New()
	// An embed.FS does not fail on the names it lists itself.
	_ = fs.WalkDir(runtimeFiles, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := runtimeFiles.ReadFile(name)
		fmt.Fprintf(h, "%d %s %d\n", len(name), name, len(text))
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))
}
