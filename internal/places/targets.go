package places

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// target is an address in a list.
type target struct {
	scheme string // http or https
	host   string // a name, an IP address, or either with a port
	port   string // "" if the list says none
	pod    string // the pod's name; "" if not known
}

func (t target) hostPort(port string) string {
	if isHostPort(t.host) {
		return t.host
	}
	return net.JoinHostPort(strings.Trim(t.host, "[]"), cmp.Or(t.port, port))
}

func (t target) shown(hostPort string) string {
	if t.pod != "" {
		return t.pod + " " + hostPort
	}
	return hostPort
}

// isList reports whether a text is a list of addresses and not a page. A list
// begins as an array, or as a Kubernetes object, whose members kubectl prints in
// sorted order.
func isList(text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	first, err := decoder.Token()
	if err != nil || first == json.Delim('[') {
		return err == nil
	}
	member, err := decoder.Token()
	if err != nil || first != json.Delim('{') {
		return false
	}
	switch member {
	case "apiVersion", "kind", "items", "metadata":
		return true
	}
	return false
}

// parseTargets reads a list: Prometheus' file service discovery, or what kubectl
// get pods|endpointslices -o json prints.
func parseTargets(text []byte) ([]target, error) {
	if text = bytes.TrimSpace(text); len(text) > 0 && text[0] == '[' {
		return parsePrometheus(text)
	}
	var o object
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, fmt.Errorf("reading what kubectl printed: %w; write it again with -o json", err)
	}
	objects := []object{o}
	if o.Kind == "List" || o.Items != nil {
		objects = o.Items
	}
	var list []target
	for _, o := range objects {
		switch o.Kind {
		case "Pod":
			list = append(list, o.pod()...)
		case "EndpointSlice":
			list = append(list, o.slice()...)
		default:
			return nil, fmt.Errorf("it lists a %q; goat reads pods and endpointslices: kubectl get pods -o json", o.Kind)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("it lists no running pod with an address; check the selector and the namespace")
	}
	return list, nil
}

// parsePrometheus reads the JSON of file_sd_config and http_sd_config.
func parsePrometheus(text []byte) ([]target, error) {
	var groups []struct {
		Targets []string
		Labels  map[string]string
	}
	if err := json.Unmarshal(text, &groups); err != nil {
		return nil, fmt.Errorf("reading it as Prometheus' service discovery: %w; write [{\"targets\": [\"host:port\"]}]", err)
	}
	var list []target
	for _, g := range groups {
		for _, host := range g.Targets {
			scheme := "http"
			if g.Labels["__scheme__"] == "https" {
				scheme = "https"
			}
			list = append(list, target{scheme: scheme, host: host})
		}
	}
	if len(list) == 0 {
		return nil, errors.New("it names no targets; write [{\"targets\": [\"host:port\"]}]")
	}
	return list, nil
}

// object has the members that are read of Kubernetes' Pod (v1), EndpointSlice
// (discovery.k8s.io/v1) and lists.
type object struct {
	Kind     string
	Items    []object
	Metadata struct{ Name string }
	Spec     struct {
		Containers []struct {
			Ports []struct {
				Name          string
				ContainerPort int
			}
			Env []struct{ Name, Value string }
		}
	}
	Status struct {
		Phase, PodIP string
	}
	Endpoints []struct {
		Addresses []string
		TargetRef *struct{ Kind, Name string }
	}
	Ports []struct {
		Name string
		Port int
	}
}

// portName is the name that a container or a service may give to the port with
// goat's page.
const portName = "goat"

// pod returns a target for each container that names a port for goat's page, else
// one at the default port. A pod that has ended or has no address yet has no
// target.
func (o *object) pod() []target {
	if o.Status.PodIP == "" || o.Status.Phase == "Succeeded" || o.Status.Phase == "Failed" {
		return nil
	}
	t := target{scheme: "http", host: o.Status.PodIP, pod: o.Metadata.Name}
	var list []target
	for _, c := range o.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == portName && p.ContainerPort > 0 {
				t.port = strconv.Itoa(p.ContainerPort)
			}
		}
		for _, e := range c.Env {
			if e.Name == "GOAT_PORT" && e.Value != "" && e.Value != "0" {
				t.port = e.Value
			}
		}
		if t.port != "" {
			list = append(list, t)
			t.port = ""
		}
	}
	if len(list) == 0 {
		list = []target{t}
	}
	return list
}

// slice returns a target for each endpoint, ready or not, because a pod that does
// not serve its clients has counters, too.
func (o *object) slice() []target {
	port := ""
	for _, p := range o.Ports {
		if p.Name == portName && p.Port > 0 {
			port = strconv.Itoa(p.Port)
		}
	}
	var list []target
	for _, e := range o.Endpoints {
		t := target{scheme: "http", port: port}
		if e.TargetRef != nil && e.TargetRef.Kind == "Pod" {
			t.pod = e.TargetRef.Name
		}
		if len(e.Addresses) > 0 { // all addresses belong to one pod
			t.host = e.Addresses[0]
			list = append(list, t)
		}
	}
	return list
}
