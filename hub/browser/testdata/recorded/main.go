// Shop gives money back. It has a bug.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
)

var errBusy = errors.New("busy")

type order struct {
	ID       string
	Items    []item
	Discount int // per cent
}

type item struct {
	Name  string
	Cents int
	Count int
}

type ledger struct {
	orders map[string]*order
	tries  int
}

func (l *ledger) total(o *order) int {
	sum := 0
	for _, it := range o.Items {
		sum += it.Cents * it.Count
	}
	return sum
}

func (l *ledger) discounted(o *order) int {
	cents := l.total(o)
	if o.Discount > 0 {
		cut := cents / 100 * o.Discount
		cents = cents - cut
	}
	return cents
}

func (l *ledger) pay(cents int) error {
	l.tries++
	if l.tries == 1 {
		return errBusy
	}
	return nil
}

func (l *ledger) refund(id string) (int, error) {
	o := l.orders[id]
	if o == nil {
		return 0, errors.New("no such order")
	}
	cents := l.discounted(o)
	for try := range 3 {
		err := l.pay(cents)
		if errors.Is(err, errBusy) && try < 2 {
			continue
		}
		return cents, err
	}
	return 0, errBusy
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cents, err := l.refund(r.URL.Query().Get("id"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintf(w, "%d.%02d\n", cents/100, cents%100)
}

func main() {
	id := "r-9"
	if len(os.Args) > 1 {
		id = os.Args[1]
	}
	l := &ledger{orders: map[string]*order{id: {ID: id, Discount: 15, Items: []item{{"pen", 199, 3}, {"ink", 50, 1}}}}}
	w := httptest.NewRecorder()
	l.ServeHTTP(w, httptest.NewRequest("POST", "/refund?id="+url.QueryEscape(id), nil))
	fmt.Print(w.Body.String())
}
