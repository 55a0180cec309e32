package terminal

import (
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// Keyboard is a terminal whose keys arrive one by one and are not shown. A program
// that opens it must close it whichever way it ends.
type Keyboard struct {
	file  *os.File
	mu    sync.Mutex
	state *term.State // nil while the terminal is given back
	keys  chan Key
}

// OpenKeyboard takes the terminal that in is. It is an error if it is none.
func OpenKeyboard(in io.Reader) (*Keyboard, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, fmt.Errorf("reading keys: %w", os.ErrInvalid)
	}
	k := &Keyboard{file: f, keys: make(chan Key, 64)}
	if err := k.Take(); err != nil {
		return nil, err
	}
	go k.read()
	return k, nil
}

// Keys returns the keys. It is closed when the terminal is gone.
func (k *Keyboard) Keys() <-chan Key { return k.keys }

// Take takes the terminal again after Close.
func (k *Keyboard) Take() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state != nil {
		return nil
	}
	state, err := term.MakeRaw(int(k.file.Fd()))
	if err != nil {
		return fmt.Errorf("reading keys: %w", err)
	}
	k.state = state
	return nil
}

// Close gives the terminal back as it was. It may be called more than once.
func (k *Keyboard) Close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state != nil {
		_ = term.Restore(int(k.file.Fd()), k.state) // the terminal may be gone
		k.state = nil
	}
}

func (k *Keyboard) read() {
	defer close(k.keys)
	buffer := make([]byte, 256)
	var rest []byte
	for {
		n, err := k.file.Read(buffer)
		rest = append(rest, buffer[:n]...)
		for len(rest) > 0 {
			key, size := ParseKey(rest)
			if size == 0 { // the rest of a character comes
				break
			}
			rest = rest[size:]
			if key != "" {
				k.keys <- key
			}
		}
		if err != nil {
			return
		}
	}
}
