//go:build !unix

package file_test

func terminate(p *process) { _ = p.cmd.Process.Kill() }
