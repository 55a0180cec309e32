package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// pods is how many pods a service has.
const pods = 5

// startPod starts a process as a pod of Kubernetes is: it knows its environment and its name.
func (s *stage) startPod(service, version string, number int) error {
	name := fmt.Sprintf("%s-%s-%d", service, strings.ReplaceAll(version, ".", ""), number)
	env := []string{
		"ENV=staging", "REGION=th", "APPTYPE=apa", "GIT_BRANCH=origin/main", "POD_NAME=" + name,
		"GOAT_HUB=" + s.hub, "GOAT_PORT=0", "GOAT_DIR=", "GOAT_TOKEN=", "GOAT_APP_VERSION=" + version,
	}
	address, cmd, err := s.start(name, env, s.tool(service+"-"+version))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pods = append(s.pods, &pod{service, version, number, address, cmd})
	return nil
}

func (s *stage) startPods() error {
	s.say("starting %d processes each of shop and ferry %s", pods, versions[1].tag)
	for _, name := range []string{"shop", "ferry"} {
		for number := range pods {
			if err := s.startPod(name, versions[1].tag, number); err != nil {
				return err
			}
		}
	}
	return nil
}

// rollOut ends two pods of the shop and starts two of the next release in their place. A third
// pod is killed as one is that runs out of memory.
func (s *stage) rollOut() error {
	select {
	case <-time.After(5 * time.Second): // what has run by then is at the hub
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	s.say("rolling out shop %s to two of the pods; a third one is killed", versions[2].tag)
	for number := range 2 {
		s.end("shop", number)
		if err := s.startPod("shop", versions[2].tag, number); err != nil {
			return err
		}
	}
	s.end("shop", 2)
	return nil
}

// end kills a pod of the first release.
func (s *stage) end(service string, number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.pods {
		if p.service == service && p.version == versions[1].tag && p.number == number {
			_ = p.cmd.Process.Kill()
			s.pods = append(s.pods[:i:i], s.pods[i+1:]...)
			return
		}
	}
}

// requests are what a pod is asked. Large orders reach one pod only, and the largest none;
// no group takes the ferry.
func requests(p *pod) []string {
	list := []string{"n=3", "n=1"}
	if p.number%2 == 0 {
		list = append(list, "n=4&member=yes")
	}
	if p.service == "shop" {
		list = append(list, "n=12")
		if p.number == 1 {
			list = append(list, "n=250")
		}
	}
	return list
}

// traffic asks all pods twice a second until the demonstration ends.
func (s *stage) traffic() {
	client := &http.Client{Timeout: 5 * time.Second}
	for round := 0; ; round++ {
		s.mu.Lock()
		running := append([]*pod(nil), s.pods...)
		s.mu.Unlock()
		for _, p := range running {
			list := requests(p)
			r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, "http://"+p.address+"/price?"+list[round%len(list)], nil)
			if err != nil {
				continue
			}
			if resp, err := client.Do(r); err == nil { // else it has just been ended
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		}
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(500 * time.Millisecond):
		}
	}
}
