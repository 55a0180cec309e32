package source_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// sshServer serves git's upload-pack by SSH to clients that have the key.
type sshServer struct {
	address string // HOST:PORT
	hostKey ssh.PublicKey
	keyFile string // the private key that is accepted
	key     ssh.PublicKey
}

func newKey(t *testing.T) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

func serveSSH(t *testing.T) *sshServer {
	t.Helper()
	host, _ := newKey(t)
	user, private := newKey(t)
	s := &sshServer{hostKey: host.PublicKey(), key: user.PublicKey(), keyFile: filepath.Join(t.TempDir(), "id")}
	if err := os.WriteFile(s.keyFile, private, 0o600); err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(s.key.Marshal()) {
			return nil, errors.New("unknown key")
		}
		return nil, nil
	}}
	config.AddHostKey(host)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s.address = listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, config)
		}
	}()
	return s
}

// serve runs the single command of each session.
func (s *sshServer) serve(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for c := range channels {
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		for req := range requests {
			if req.Type != "exec" {
				req.Reply(req.Type == "env", nil)
				continue
			}
			req.Reply(true, nil)
			var line struct{ Command string }
			ssh.Unmarshal(req.Payload, &line)
			code := uint32(uploadPack(line.Command, channel))
			channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{code}))
			channel.Close()
		}
	}
}

func uploadPack(command string, channel ssh.Channel) int {
	dir, ok := strings.CutPrefix(command, "git-upload-pack ")
	if !ok {
		return 1
	}
	cmd := exec.Command("git", "-c", "safe.directory=*", "upload-pack", strings.Trim(dir, "'"))
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	stdin, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return 1
	}
	// Not cmd.Stdin, because Wait would wait for the client to close its side.
	go func() {
		io.Copy(stdin, channel)
		stdin.Close()
	}()
	if err := cmd.Wait(); err != nil {
		return 1
	}
	return 0
}

func TestPrivateBySSH(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Fatalf("the test needs ssh: install openssh-client: %v", err)
	}
	r := newRepo(t)
	r.file("a.go", "package a\n")
	commit := r.commit()
	s := serveSSH(t)
	host, port, _ := net.SplitHostPort(s.address)
	address := fmt.Sprintf("ssh://git@%s%s", s.address, r.dir)
	known := fmt.Sprintf("[%s]:%s %s", host, port, ssh.MarshalAuthorizedKey(s.hostKey))
	other, otherKey := newKey(t)

	for _, c := range []struct {
		name, key, known string
		setting          bool // ssh is configured by git's settings, not by GIT_SSH_COMMAND
		want             string
	}{
		{name: "by the environment", key: s.keyFile, known: known},
		{name: "by the user's settings", key: s.keyFile, known: known, setting: true},
		{name: "with another key", key: "other", known: known, want: "give the hub's user a key that may read this repository"},
		{name: "at an unknown host", key: s.keyFile, want: "known_hosts"},
		{name: "at a host with another key", key: s.keyFile, known: fmt.Sprintf("[%s]:%s %s", host, port, ssh.MarshalAuthorizedKey(other.PublicKey())), want: "known_hosts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := newUser(t)
			if c.key == "other" {
				c.key = filepath.Join(u.home, "other")
				if err := os.WriteFile(c.key, otherKey, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			hosts := filepath.Join(u.home, "known_hosts")
			if err := os.WriteFile(hosts, []byte(c.known), 0o600); err != nil {
				t.Fatal(err)
			}
			// ssh gets its home directory from the system, not from HOME.
			command := fmt.Sprintf("ssh -F none -oBatchMode=yes -oIdentitiesOnly=yes -oUserKnownHostsFile=%s -oGlobalKnownHostsFile=none -i %s", hosts, c.key)
			if c.setting {
				if err := os.WriteFile(filepath.Join(u.home, ".gitconfig"), []byte("[core]\n\tsshCommand = "+command+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				u.options.Environ = append(u.options.Environ, "GIT_SSH_COMMAND="+command)
			}
			tree, err := u.mirror(t, address).Open(ctx, commit)
			if err == nil {
				defer tree.Close()
				wantFile(t, tree, "a.go", "package a\n")
			}
			if c.want != "" {
				wantError(t, err, c.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}
