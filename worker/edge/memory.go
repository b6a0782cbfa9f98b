//go:build !(js && wasm)

package edge

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"lethe/recsys/feed"
)

// OpenBindings returns the bindings of a native process: stores in memory, and no owner.
func OpenBindings() Bindings {
	return Bindings{Feed: &memoryFeed{}, Log: &memoryLog{}, Allow: NewLimiter(writes, time.Now), Client: remote}
}

// OpenFolder is OpenBindings whose feed and log are files in a folder, to which every write is flushed before it is answered, and
// whose catalogue is the folder catalog in it, if there is one.
func OpenFolder(dir, owner string) (Bindings, error) {
	b := OpenBindings()
	b.Owner = owner
	lines, log := &memoryFeed{}, &memoryLog{}
	b.Feed, b.Log = lines, log
	var err error
	lines.file, err = replay(filepath.Join(dir, "takedowns.jsonl"), func(line []byte) error {
		l, err := feed.Decode(line)
		if err == nil {
			err = lines.add(l)
		}
		return err
	})
	if err != nil {
		return b, err
	}
	log.file, err = replay(filepath.Join(dir, "receipts.jsonl"), func(line []byte) error {
		log.add(feed.LeafHash(line), bytes.Clone(line))
		return nil
	})
	if err != nil {
		return b, err
	}
	if root, err := os.OpenRoot(filepath.Join(dir, "catalog")); err == nil {
		b.Catalog = folderCatalog{root.FS()}
	}
	return b, nil
}

// replay reads the lines of a file and opens it for more. A last line that a crash cut short is cut off.
func replay(name string, each func(line []byte) error) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	whole := bytes.LastIndexByte(b, '\n') + 1
	n := 0
	for line := range bytes.Lines(b[:whole]) {
		n++
		if err := each(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			f.Close()
			return nil, fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	return f, f.Truncate(int64(whole))
}

func flush(f *os.File, line []byte) error {
	if f == nil {
		return nil
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	return f.Sync()
}

type memoryFeed struct {
	mu    sync.RWMutex
	lines []feed.Line
	file  *os.File
}

func (m *memoryFeed) Lines(_ context.Context, since, limit int) ([]feed.Line, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	since = min(since, len(m.lines))
	return slices.Clone(m.lines[since:min(since+limit, len(m.lines))]), nil
}

func (m *memoryFeed) Head(context.Context) (feed.Cursor, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.head(), nil
}

func (m *memoryFeed) head() feed.Cursor {
	if len(m.lines) == 0 {
		return feed.Cursor{}
	}
	return m.lines[len(m.lines)-1].Cursor()
}

func (m *memoryFeed) Append(_ context.Context, l feed.Line) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.head(); l.Takedown.Serial != h.Serial+1 || l.Takedown.Previous != h.Hash {
		return errTaken
	}
	if err := flush(m.file, l.Encode()); err != nil {
		return err
	}
	return m.add(l)
}

func (m *memoryFeed) add(l feed.Line) error {
	if h := m.head(); l.Takedown.Serial != h.Serial+1 || l.Takedown.Previous != h.Hash {
		return fmt.Errorf("takedown %d does not follow %d", l.Takedown.Serial, h.Serial)
	}
	m.lines = append(m.lines, l)
	return nil
}

type memoryLog struct {
	mu       sync.RWMutex
	contents [][]byte
	place    map[feed.Hash]int
	tree     feed.Tree
	file     *os.File
}

func (m *memoryLog) Size(context.Context) (int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.contents), nil
}

func (m *memoryLog) Add(_ context.Context, leaf feed.Hash, content []byte) (int, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n, ok := m.place[leaf]; ok {
		return n, false, nil
	}
	content = bytes.Clone(content)
	if err := flush(m.file, append(slices.Clip(content), '\n')); err != nil {
		return 0, false, err
	}
	return m.add(leaf, content), true, nil
}

func (m *memoryLog) add(leaf feed.Hash, content []byte) int {
	if m.place == nil {
		m.place = map[feed.Hash]int{}
	}
	n := len(m.contents)
	m.contents = append(m.contents, content)
	m.place[leaf] = n
	m.tree.Append(leaf)
	return n
}

func (m *memoryLog) Find(_ context.Context, leaf feed.Hash) (int, []byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n, ok := m.place[leaf]
	if !ok {
		return 0, nil, errAbsent
	}
	return n, m.contents[n], nil
}

func (m *memoryLog) Entries(_ context.Context, from, limit int) ([][]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	from = min(from, len(m.contents))
	return slices.Clone(m.contents[from:min(from+limit, len(m.contents))]), nil
}

func (m *memoryLog) Nodes(context.Context) feed.Nodes {
	return func(list []feed.Node) ([]feed.Hash, error) {
		m.mu.RLock()
		defer m.mu.RUnlock()
		return m.tree.Nodes(list)
	}
}

type folderCatalog struct{ fs.FS }

func (c folderCatalog) Read(_ context.Context, name string) ([]byte, error) {
	b, err := fs.ReadFile(c.FS, name)
	if err != nil {
		return nil, errAbsent
	}
	return b, nil
}

// remote is the address of a request's connection.
func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// writes is how many writes a client has in a minute, as wrangler.jsonc says it for Cloudflare.
const writes = 60

// maxClients bounds what a limiter keeps in memory.
const maxClients = 1 << 16

// NewLimiter allows each client so many writes in a minute, counted from its first.
func NewLimiter(perMinute int, now func() time.Time) func(context.Context, string) bool {
	type window struct {
		since time.Time
		n     int
	}
	var mu sync.Mutex
	seen := map[string]window{}
	return func(_ context.Context, client string) bool {
		mu.Lock()
		defer mu.Unlock()
		t := now()
		w := seen[client]
		if t.Sub(w.since) >= time.Minute {
			if w.n == 0 && len(seen) >= maxClients {
				clear(seen)
			}
			w = window{since: t}
		}
		w.n++
		seen[client] = w
		return w.n <= perMinute
	}
}
