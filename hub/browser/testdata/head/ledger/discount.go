package ledger

// Discount is what a tenth order is refunded beyond its price.
func (l *Ledger) Discount(price int) int {
	switch {
	case l.total == 0:
		return 0
	case l.total%10 == 0:
		return price / 10
	default:
		return 0
	}
}
