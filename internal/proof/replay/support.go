package replay

// support is what the printing text calls. It writes a value as goat trace shows it,
// by code of its own. Each goroutine has a log; the last line of the output is all of
// them, as JSON.
const support = `package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

var goatLogs struct {
	sync.Mutex
	index map[string]int
	lines [][]string
}

func goatLog(line string) {
	var buf [64]byte
	id, _, _ := strings.Cut(strings.TrimPrefix(string(buf[:runtime.Stack(buf[:], false)]), "goroutine "), " ")
	l := &goatLogs
	l.Lock()
	defer l.Unlock()
	n, ok := l.index[id]
	if !ok {
		if l.index == nil {
			l.index = map[string]int{}
		}
		n = len(l.lines)
		l.index[id] = n
		l.lines = append(l.lines, nil)
	}
	l.lines[n] = append(l.lines[n], line)
}

func goatS(line int)                 { goatLog(fmt.Sprint("s ", line)) }
func goatE(line int)                 { goatLog(fmt.Sprint("e ", line)) }
func goatL()                         { goatLog("l") }
func goatO(met bool)                 { goatLog(fmt.Sprint("o ", met)) }
func goatW[T any](name string, v T)  { goatLog("w " + name + "=" + goatValue(reflect.ValueOf(&v).Elem(), 0)) }
func goatH[T any](name string, v T)  { goatLog("h " + name + "=" + goatValue(reflect.ValueOf(&v).Elem(), 0)) }
func goatR[T any](number int, v T)   { goatLog(fmt.Sprint("r ", number, "=") + goatValue(reflect.ValueOf(&v).Elem(), 0)) }

func goatEnd() {
	text, err := json.Marshal(goatLogs.lines)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}

func goatAddress(nil_ bool) string {
	if nil_ {
		return "nil"
	}
	return "*"
}

func goatValue(v reflect.Value, depth int) string {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return v.Elem().Type().String() + "(" + goatValue(v.Elem(), depth) + ")"
	case reflect.String:
		text := v.String()
		if len(text) > 128 {
			return strconv.Quote(text[:128]) + "… +" + strconv.Itoa(len(text)-128)
		}
		return strconv.Quote(text)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case reflect.Complex128:
		return strconv.FormatComplex(v.Complex(), 'g', -1, 128)
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func:
		return goatAddress(v.IsNil())
	case reflect.Slice:
		if v.IsNil() {
			return "nil"
		}
		return fmt.Sprintf("len %d cap %d at *", v.Len(), v.Cap())
	case reflect.Struct, reflect.Array:
		return goatParts(v, depth)
	}
	return fmt.Sprint(v)
}

func goatParts(v reflect.Value, depth int) string {
	if depth >= 2 {
		return "…"
	}
	var parts []string
	n, more := 0, ""
	if v.Kind() == reflect.Struct {
		n = min(v.NumField(), 16)
	} else if n = min(v.Len(), 16); v.Len() > n {
		more = ", … +" + strconv.Itoa(v.Len()-n)
	}
	for i := range n {
		if v.Kind() == reflect.Struct {
			parts = append(parts, v.Type().Field(i).Name+": "+goatValue(v.Field(i), depth+1))
		} else {
			parts = append(parts, goatValue(v.Index(i), depth+1))
		}
	}
	return "{" + strings.Join(parts, ", ") + more + "}"
}
`
