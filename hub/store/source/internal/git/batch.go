package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Batch reads objects of a mirror through one long-lived process (git cat-file
// --batch). It is safe for concurrent use; it answers one question at a time.
type Batch struct {
	mu      sync.Mutex
	cancel  context.CancelCauseFunc
	process *process
	in      *io.PipeWriter
	out     *bufio.Reader
	ended   chan struct{} // closed when the process has ended
	broken  error         // why there are no more answers
}

// Limits limit what is read.
type Limits struct {
	Time  time.Duration // of one answer
	Bytes int64         // of one object
}

// StartBatch starts the process, which runs until the batch is closed.
func (g Git) StartBatch() (*Batch, error) {
	b := &Batch{ended: make(chan struct{})}
	var ctx context.Context
	ctx, b.cancel = context.WithCancelCause(context.Background())
	stdin, in := io.Pipe()
	stdout, out := io.Pipe()
	p, err := g.start(ctx, stdin, out, []string{"cat-file", "--batch", "--follow-symlinks"})
	if err != nil {
		b.cancel(nil)
		return nil, err
	}
	b.process, b.in, b.out = p, in, bufio.NewReaderSize(stdout, 64<<10)
	go func() {
		defer close(b.ended)
		err := p.wait()
		if err == nil {
			err = io.EOF
		}
		out.CloseWithError(err)
		stdin.CloseWithError(err)
	}()
	return b, nil
}

// Close ends the process.
func (b *Batch) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken == nil {
		b.broken = errors.New("reading from a mirror: it was closed")
	}
	_ = b.in.Close()
	b.cancel(b.broken)
	<-b.ended
}

// File returns the content of a file named <commit>:<path>. It follows symbolic
// links within the tree. If there is no such file, the error wraps
// fs.ErrNotExist. If ctx ends, the process ends too, because its remaining
// output would be taken for the next answer.
func (b *Batch) File(ctx context.Context, name string, limits Limits) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		return nil, b.broken
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Time, fmt.Errorf("it took more than %v", limits.Time))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { b.cancel(context.Cause(ctx)) })
	a, err := b.ask(name, limits.Bytes)
	if !stop() && err != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		b.broken = err
		_ = b.in.Close()
		b.cancel(err)
		return nil, err
	}
	return a.file()
}

// answer is the process's answer to a name.
type answer struct {
	kind string // blob, tree, commit, tag, missing, large, or link if it leads to no file
	data []byte
	size int64
}

// file returns the content of a blob.
func (a answer) file() ([]byte, error) {
	switch a.kind {
	case "blob":
		return a.data, nil
	case "missing":
		return nil, fmt.Errorf("%w there", fs.ErrNotExist)
	case "large":
		return nil, fmt.Errorf("it holds %d KB, which is more than is read", a.size>>10)
	case "tree", "commit", "tag":
		return nil, fmt.Errorf("%w as a file: it is a %s", fs.ErrNotExist, a.kind)
	}
	return nil, fmt.Errorf("%w: it is a symbolic link that leads to no file of the repository", fs.ErrNotExist)
}

// ask sends a name and reads "<id> <kind> <size>", a line break, the bytes and
// another line break, or the reason why there are none. After an error the
// process cannot be used any more.
func (b *Batch) ask(name string, most int64) (a answer, err error) {
	if _, err := io.WriteString(b.in, name+"\n"); err != nil {
		return a, fmt.Errorf("asking git cat-file: %w", err)
	}
	header, err := b.out.ReadString('\n')
	if err != nil {
		return a, fmt.Errorf("reading the answer of git cat-file: %w", err)
	}
	header = strings.TrimSuffix(header, "\n")
	if strings.HasSuffix(header, " missing") || strings.HasSuffix(header, " ambiguous") {
		return answer{kind: "missing"}, nil
	}
	fields := strings.Fields(header)
	if len(fields) < 2 {
		return a, fmt.Errorf("reading the answer of git cat-file: %.200q", header)
	}
	size, err := strconv.ParseInt(fields[len(fields)-1], 10, 64)
	if err != nil || size < 0 {
		return a, fmt.Errorf("reading the answer of git cat-file: %.200q", header)
	}
	if size > most {
		_, err := io.CopyN(io.Discard, b.out, size+1)
		return answer{kind: "large", size: size}, err
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(b.out, data); err != nil {
		return a, fmt.Errorf("reading the answer of git cat-file: %w", err)
	}
	a = answer{kind: "link", data: data[:size]} // dangling, loop, notdir or symlink; the last one leads out of the tree
	if len(fields) == 3 {
		a.kind = fields[1]
	}
	return a, nil
}
