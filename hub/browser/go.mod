module github.com/goat-trace/goat/hub/browser

go 1.26.0

require github.com/chromedp/chromedp v0.23.0
