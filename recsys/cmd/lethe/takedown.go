package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"lethe/recsys/cmd/disk"
	"lethe/recsys/feed"
)

const takedownUsage = `takedown VERB [flags]

  takedown key     -key FILE                              make the owner's key, or show its public half
  takedown sign    -key FILE -feed FILE REQUEST…          append signed takedowns to a feed
  takedown publish -feed FILE -to URL                     bring a deployment's feed up to the file
  takedown check   -owner PUBLICKEY FILE|URL              follow a feed as a device does

A REQUEST is item:ID, creator:NAME or modality:image@ITEM. The feed's file may lie on any static server as it is.`

func runTakedown(c *console, args []string) error {
	verbs := map[string]func(*console, []string) error{"key": takedownKey, "sign": takedownSign, "publish": takedownPublish, "check": takedownCheck}
	if len(args) > 0 && verbs[args[0]] != nil {
		return verbs[args[0]](c, args[1:])
	}
	f := c.flags("takedown", takedownUsage)
	if err := f.parse(args); err != nil {
		return err
	}
	return usageError{"takedown wants one of: key, sign, publish, check"}
}

// keyMade is the result of takedown key.
type keyMade struct {
	Public string `json:"public"`
	Made   bool   `json:"made"`
}

func takedownKey(c *console, args []string) error {
	f := c.flags("takedown key", "takedown key -key FILE")
	file := f.String("key", "", "the owner's private key, a PEM `file`; made where there is none")
	if err := f.parse(args, "key"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	key, err := readKey(*file)
	made := errors.Is(err, fs.ErrNotExist)
	if made {
		_, key, err = ed25519.GenerateKey(rand.Reader)
		if err == nil {
			err = writeKey(*file, key)
		}
	}
	if err != nil {
		return err
	}
	if made {
		fmt.Fprintf(c.stderr, "made %s; keep it off every server, and a copy of it where you keep such things\n", *file)
	}
	public := feed.PublicKey(key)
	return c.result(keyMade{public, made}, public+"\n")
}

func writeKey(file string, key ed25519.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	w, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(w, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), w.Sync(), w.Close())
}

// readKey reads a private key. Its errors never quote the file.
func readKey(file string) (ed25519.PrivateKey, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM file; lethe takedown key makes one", file)
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := any.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s holds no Ed25519 private key; lethe takedown key makes one", file)
	}
	return key, nil
}

// feedState is the result of the other verbs.
type feedState struct {
	Serial int    `json:"serial"` // where the feed ends
	Hash   string `json:"hash"`
	Added  int    `json:"added,omitempty"`
}

func takedownSign(c *console, args []string) error {
	f := c.flags("takedown sign", "takedown sign -key FILE -feed FILE [-reason TEXT] REQUEST…")
	keyFile := f.String("key", "", "the owner's private key, a PEM `file`")
	file := f.String("feed", "", "the feed's `file`; made where there is none")
	reason := f.String("reason", "", "`words` for people")
	if err := f.parse(args, "key", "feed"); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return usageError{"what is to be taken down? name item:ID, creator:NAME or modality:image@ITEM"}
	}
	key, err := readKey(*keyFile)
	if err != nil {
		return err
	}
	whole, err := os.ReadFile(*file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, at, err := feed.Follow(whole, feed.PublicKey(key), feed.Cursor{})
	if err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	out := feedState{}
	for _, r := range f.Args() {
		t, err := takedownOf(r)
		if err != nil {
			return err
		}
		t.Issued, t.Reason = time.Now().UTC().Format(time.RFC3339), *reason
		l, err := feed.Sign(t, at, key)
		if err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
		whole, at = append(whole, l.Encode()...), l.Cursor()
		out.Added++
	}
	if err := disk.WriteFile(*file, whole, 0o644); err != nil {
		return err
	}
	out.Serial, out.Hash = at.Serial, at.Hash
	return c.result(out, fmt.Sprintf("%s ends with takedown %d\n", *file, at.Serial))
}

// takedownOf reads a request as far as feeds know them.
func takedownOf(request string) (feed.Takedown, error) {
	kind, name, found := strings.Cut(request, ":")
	t := feed.Takedown{Kind: kind, Name: name}
	if kind == feed.Modality {
		t.Modality, t.Name, found = strings.Cut(name, "@")
	}
	if !found || t.Name == "" || kind != feed.Item && kind != feed.Creator && kind != feed.Modality {
		return t, usageError{fmt.Sprintf("%q cannot be taken down: write item:ID, creator:NAME or modality:image@ITEM", request)}
	}
	return t, nil
}

func takedownCheck(c *console, args []string) error {
	f := c.flags("takedown check", "takedown check -owner PUBLICKEY FILE|URL")
	owner := f.String("owner", "", "the owner's public `key`, as takedown key prints it")
	if err := f.parse(args, "owner"); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usageError{"name one feed, a file or an address"}
	}
	name := f.Arg(0)
	var body []byte
	var err error
	if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		body, err = fetchFeed(name, 0)
	} else {
		body, err = os.ReadFile(name)
	}
	if err != nil {
		return err
	}
	lines, at, err := feed.Follow(body, *owner, feed.Cursor{})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&text, "%d  %s  %s  %s\n", l.Takedown.Serial, l.Takedown.Issued, l.Takedown.Request(), l.Takedown.Reason)
	}
	fmt.Fprintf(&text, "%d takedowns, all signed and in order\n", len(lines))
	return c.result(feedState{Serial: at.Serial, Hash: at.Hash}, text.String())
}

// publishLines is how many lines go into one request: each costs a statement, of which Cloudflare's free plan allows 50.
const publishLines = 20

func takedownPublish(c *console, args []string) error {
	f := c.flags("takedown publish", "takedown publish -feed FILE -to URL")
	file := f.String("feed", "", "the feed's `file`")
	to := f.String("to", "", "`address` of the deployment, such as https://example.org")
	if err := f.parse(args, "feed", "to"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	address, err := url.JoinPath(*to, "api", "takedowns")
	if err != nil {
		return usageError{err.Error()}
	}
	whole, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	there, err := fetchFeed(address, 0)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(whole, there) {
		if bytes.HasPrefix(there, whole) {
			return fmt.Errorf("%s is older than what is published; fetch %s first", *file, address)
		}
		return fmt.Errorf("%s and what is published at %s contradict each other: one of them was signed behind the other's back", *file, address)
	}
	rest := bytes.SplitAfter(whole[len(there):], []byte("\n"))
	out := feedState{Serial: bytes.Count(there, []byte("\n"))}
	for len(rest) > 0 && len(rest[0]) > 0 {
		n := min(publishLines, len(rest))
		if err := c.post(address, bytes.Join(rest[:n], nil), &out); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return c.result(out, fmt.Sprintf("%d takedowns were new there; its feed ends with %d\n", out.Added, out.Serial))
}

var webClient = &http.Client{Timeout: 30 * time.Second}

// fetchFeed reads a feed to its end: pages of a deployment, or one static file.
func fetchFeed(address string, since int) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	var whole []byte
	for {
		q := u.Query()
		q.Set("since", fmt.Sprint(since))
		u.RawQuery = q.Encode()
		r, err := webClient.Get(u.String())
		if err != nil {
			return nil, err
		}
		page, err := io.ReadAll(io.LimitReader(r.Body, feed.MaxBody+1))
		r.Body.Close()
		if err != nil {
			return nil, err
		}
		if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusNoContent {
			return nil, fmt.Errorf("%s answered %s: %s", address, r.Status, firstLine(page))
		}
		whole = append(whole, page...)
		if r.Header.Get("Link") == "" || len(page) == 0 || len(whole) > feed.MaxBody {
			return whole, nil
		}
		since += bytes.Count(page, []byte("\n"))
	}
}

func (c *console) post(address string, body []byte, out *feedState) error {
	r, err := webClient.Post(address, "application/jsonl", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s answered %s: %s", address, r.Status, firstLine(answer))
	}
	added := out.Added
	if err := decodeJSON(answer, out); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	out.Added += added
	return nil
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return string(line[:min(len(line), 300)])
}
