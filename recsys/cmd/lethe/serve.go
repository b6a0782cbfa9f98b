package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"lethe/recsys/feed"
	"lethe/worker/edge"
)

func runServe(c *console, args []string) error {
	f := c.flags("serve", "serve [-addr 127.0.0.1:8080] [-site DIR] [-store DIR] [-owner PUBLICKEY]")
	addr := f.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	dir := f.String("site", "", "`folder` of the built site; default is dist/site")
	store := f.String("store", "", "`folder` for the takedown feed and the log of receipts, with the catalogue's versions in its folder catalog; default is memory")
	owner := f.String("owner", "", "public `key` whose takedowns are taken, as lethe takedown key prints it")
	if err := f.parse(args); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	bindings, err := openStore(*store, *owner)
	if err != nil {
		return err
	}
	site, err := openSite(*dir)
	if err != nil {
		return err
	}
	defer site.Close()
	headers, err := fs.ReadFile(site.FS(), "_headers")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "Lethe runs at http://%s/\n", l.Addr())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return serve(ctx, l, edge.Site(edge.Handler(edge.Config{Version: "local", Bindings: bindings}), edge.Static(site.FS(), headers)))
}

// openStore is what the API keeps: in a folder, or in memory.
func openStore(dir, owner string) (edge.Bindings, error) {
	if owner != "" {
		if _, err := feed.ParseKey(owner); err != nil {
			return edge.Bindings{}, usageError{err.Error()}
		}
	}
	if dir == "" {
		b := edge.OpenBindings()
		b.Owner = owner
		return b, nil
	}
	return edge.OpenFolder(dir, owner)
}

// serve answers requests until the context ends.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		short, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		return s.Shutdown(short)
	}
}

// openSite finds the built site: the folder given, or dist/site in the working
// directory, or site beside the program.
func openSite(dir string) (*os.Root, error) {
	candidates := []string{dir}
	if dir == "" {
		candidates = []string{filepath.Join("dist", "site")}
		if exe, err := os.Executable(); err == nil {
			candidates = append(candidates, filepath.Join(filepath.Dir(exe), "site"))
		}
	}
	for _, c := range candidates {
		if _, err := os.Stat(filepath.Join(c, "index.html")); err == nil {
			return os.OpenRoot(c)
		}
	}
	return nil, fmt.Errorf("the site is not built: there is no index.html in %s; build it with: make build", candidates[0])
}
