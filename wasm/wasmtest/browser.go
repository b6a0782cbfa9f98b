//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/chromedp"

	"lethe/wasm/chromium"
)

// openBrowser starts a headless Chromium on url. Its loss, or a crash of the
// page, is sent to lost; the returned function ends it.
func openBrowser(ctx context.Context, url string) (lost <-chan error, end func(), err error) {
	options, err := chromium.Options()
	if err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	report := func(err error) {
		select {
		case ended <- err:
		default: // the first reason counts
		}
	}
	allocator, endAllocator := chromedp.NewExecAllocator(ctx, options...)
	tab, endTab := chromedp.NewContext(allocator,
		chromedp.WithLogf(discard), chromedp.WithErrorf(discard),
		chromedp.WithListener(func(event any) {
			if _, ok := event.(*inspector.EventTargetCrashed); ok {
				report(errors.New("the page crashed, most likely out of memory"))
			}
		}))
	end = func() {
		endTab()
		endAllocator()
	}
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		end()
		return nil, nil, fmt.Errorf("starting Chromium: %w", err)
	}
	go func() {
		<-tab.Done()
		report(errors.New("the browser ended"))
	}()
	return ended, end, nil
}

func discard(string, ...any) {}
