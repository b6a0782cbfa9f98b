//go:build !js

// Package chromium starts the headless browser that tests run in.
package chromium

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/chromedp/chromedp"
)

// Options name the browser's program and make it silent on the network (every
// host but this machine fails to resolve), never throttle, and offer WebGPU on a
// machine without a graphics card. Two variables change them: CHROMIUM names the program, and
// CHROMIUM_ADAPTER=default leaves the choice of a graphics adapter to it.
func Options() ([]chromedp.ExecAllocatorOption, error) {
	program, err := Find()
	if err != nil {
		return nil, err
	}
	o := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("no-sandbox", os.Getuid() == 0),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("enable-unsafe-webgpu", true),
		chromedp.CombinedOutput(io.Discard),
	)
	if os.Getenv("CHROMIUM_ADAPTER") != "default" {
		o = append(o, chromedp.Flag("use-webgpu-adapter", "swiftshader"))
	}
	return o, nil
}

// Find returns the path of the browser, or an error that says how to get one.
func Find() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
	if named := os.Getenv("CHROMIUM"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no browser found (looked for %s): install one with `apt-get install -y chromium`, or name one in CHROMIUM", strings.Join(names, ", "))
}
