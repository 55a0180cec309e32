package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
)

// perPage is how many runs a page lists.
const perPage = 50

// runsBody is the list of runs.
type runsBody struct {
	Runs []trace.Run
	Next string // address of older ones, "" for none
}

func (h *Handler) runs(w http.ResponseWriter, r *http.Request) error {
	q := trace.Query{Limit: perPage + 1}
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return wrongAddress{fmt.Errorf("before=%q is no run's number", text)}
		}
		q.Before = n
	}
	list, err := h.engine.Reader.Runs(r.Context(), q)
	if err != nil {
		return err
	}
	body := runsBody{Runs: list}
	if len(list) > perPage {
		body.Runs = list[:perPage]
		body.Next = "/traces?before=" + strconv.FormatInt(list[perPage-1].Number, 10)
	}
	return h.show(w, http.StatusOK, "runs.html", page{Title: "Traces", Body: body})
}

// runBody is one run.
type runBody struct {
	*relations.Run
	Bars   []bar
	More   int // traces that are not shown
	Height int
	From   time.Time
	To     time.Time
	Line   string // that was asked for
	Not    *relations.WhyNot
	Wrong  string // why there is no answer
}

// bar is a trace on the time line, of 1,000 units.
type bar struct {
	trace.Trace
	X, Y, Width int
	Name        string
	Ended       time.Time
}

// maxBars is how many traces the time line has.
const maxBars = 100

func (h *Handler) run(w http.ResponseWriter, r *http.Request) error {
	run, err := h.engine.Run(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	body := runBody{Run: run, Line: r.URL.Query().Get("not")}
	if err := body.bars(r); err != nil {
		return err
	}
	if body.Line != "" {
		file, text, _ := strings.Cut(body.Line, ":")
		line, err := strconv.Atoi(text)
		if err != nil {
			body.Wrong = "Write a file and a line, as in refund.go:31."
		} else if body.Not, err = run.WhyNot(r.Context(), file, line); err != nil {
			body.Wrong = err.Error()
		}
	}
	return h.show(w, http.StatusOK, "run.html", page{Title: fmt.Sprintf("Run %d", run.Number), Body: body})
}

// bars puts the traces on a time line.
func (b *runBody) bars(r *http.Request) error {
	var first, last int64
	for i := range b.Traces {
		if i == maxBars {
			b.More = len(b.Traces) - maxBars
			break
		}
		t, err := b.Trace(r.Context(), b.Traces[i].Number)
		if err != nil {
			return err
		}
		ended := t.EndedAt()
		b.Bars = append(b.Bars, bar{Trace: b.Traces[i], Name: t.Outermost(), Ended: time.Unix(0, ended)})
		if first == 0 || t.Started < first {
			first = t.Started
		}
		last = max(last, ended)
	}
	span := max(last-first, 1)
	for i := range b.Bars {
		x := &b.Bars[i]
		x.X = int(950 * (x.Started - first) / span)
		x.Width = max(int(950*(x.Ended.UnixNano()-x.Started)/span), 4)
		x.Y = 18 * i
	}
	b.Height = 18 * len(b.Bars)
	b.From, b.To = time.Unix(0, first), time.Unix(0, last)
	return nil
}

// address is that of a step.
func address(run int64, number, step uint64) string {
	return fmt.Sprintf("/traces/%d/%d?step=%d", run, number, step)
}

// stepAddress adds what is said, if anything is.
func stepAddress(run int64, number, step uint64, said, variable string) string {
	a := address(run, number, step)
	if variable != "" {
		a += "&var=" + url.QueryEscape(variable)
	}
	if said != "" {
		a += "&said=" + url.QueryEscape(said)
	}
	return a
}
