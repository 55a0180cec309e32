// Command shop refunds the orders that its arguments name.
package main

import (
	"fmt"
	"os"

	"example.com/shop/ledger"
)

func main() {
	var l ledger.Ledger
	for _, id := range os.Args[1:] {
		if err := l.Refund(id); err != nil {
			fmt.Println(err)
		}
	}
}
