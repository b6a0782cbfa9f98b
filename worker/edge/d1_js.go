//go:build js && wasm

package edge

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"syscall/js"

	"lethe/recsys/feed"
)

// d1 is a D1 database with the tables of ../migrations. It is asked directly: database/sql would hide that D1 has no transactions, which
// nothing here needs. Serials and places are primary keys, so of two writers of one place one loses; nodes of the tree follow from the leaves.
type d1 struct{ db js.Value }

// ask runs one statement and returns its rows.
func (d d1) ask(query string, args ...any) ([]js.Value, error) {
	statement := d.db.Call("prepare", query)
	if len(args) > 0 {
		statement = statement.Call("bind", args...)
	}
	result, err := await(statement.Call("all"))
	if err != nil {
		return nil, err
	}
	list := result.Get("results")
	rows := make([]js.Value, list.Length())
	for k := range rows {
		rows[k] = list.Index(k)
	}
	return rows, nil
}

type d1Feed struct{ d1 }

func (d d1Feed) Lines(_ context.Context, since, limit int) ([]feed.Line, error) {
	rows, err := d.ask("SELECT line FROM takedowns WHERE serial > ? ORDER BY serial LIMIT ?", since, limit)
	if err != nil {
		return nil, err
	}
	out := make([]feed.Line, len(rows))
	for k, r := range rows {
		if out[k], err = feed.Decode([]byte(r.Get("line").String())); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d d1Feed) Head(context.Context) (feed.Cursor, error) {
	rows, err := d.ask("SELECT serial, hash FROM takedowns ORDER BY serial DESC LIMIT 1")
	if err != nil || len(rows) == 0 {
		return feed.Cursor{}, err
	}
	return feed.Cursor{Serial: rows[0].Get("serial").Int(), Hash: rows[0].Get("hash").String()}, nil
}

func (d d1Feed) Append(_ context.Context, l feed.Line) error {
	t := l.Takedown
	line := strings.TrimSuffix(string(l.Encode()), "\n")
	// The line before must be there with the hash that this one names; the serial must be free.
	rows, err := d.ask(`INSERT INTO takedowns (serial, hash, line) SELECT ?1, ?2, ?3
		WHERE ?1 = 1 OR EXISTS (SELECT 1 FROM takedowns WHERE serial = ?1 - 1 AND hash = ?4)
		ON CONFLICT DO NOTHING RETURNING serial`, t.Serial, l.Hash(), line, t.Previous)
	if err == nil && len(rows) == 0 {
		err = errTaken
	}
	return err
}

type d1Log struct{ d1 }

func (d d1Log) Size(context.Context) (int, error) {
	rows, err := d.ask("SELECT COALESCE(MAX(place) + 1, 0) AS size FROM receipts")
	if err != nil {
		return 0, err
	}
	return rows[0].Get("size").Int(), nil
}

func (d d1Log) Add(ctx context.Context, leaf feed.Hash, content []byte) (int, bool, error) {
	id := hex.EncodeToString(leaf[:])
	rows, err := d.ask(`INSERT INTO receipts (place, id, content) SELECT COALESCE(MAX(place) + 1, 0), ?1, ?2 FROM receipts WHERE true
		ON CONFLICT DO NOTHING RETURNING place`, id, string(content))
	if err != nil {
		return 0, false, err
	}
	if len(rows) == 0 {
		n, _, err := d.Find(ctx, leaf)
		return n, false, err
	}
	n := rows[0].Get("place").Int()
	// Whoever stops here loses nothing: a reader who misses a node makes it from its children.
	_, err = d.Nodes(ctx)(feed.Completed(n))
	return n, true, err
}

func (d d1Log) Find(_ context.Context, leaf feed.Hash) (int, []byte, error) {
	rows, err := d.ask("SELECT place, content FROM receipts WHERE id = ?", hex.EncodeToString(leaf[:]))
	if err != nil {
		return 0, nil, err
	}
	if len(rows) == 0 {
		return 0, nil, errAbsent
	}
	return rows[0].Get("place").Int(), []byte(rows[0].Get("content").String()), nil
}

func (d d1Log) Entries(_ context.Context, from, limit int) ([][]byte, error) {
	rows, err := d.ask("SELECT content FROM receipts WHERE place >= ? ORDER BY place LIMIT ?", from, limit)
	out := make([][]byte, len(rows))
	for k, r := range rows {
		out[k] = []byte(r.Get("content").String())
	}
	return out, err
}

// Nodes reads subtrees; what is missing is made from its children and kept.
func (d d1Log) Nodes(context.Context) feed.Nodes {
	return func(list []feed.Node) ([]feed.Hash, error) {
		known := map[feed.Node]feed.Hash{}
		if err := d.complete(list, known); err != nil {
			return nil, err
		}
		out := make([]feed.Hash, len(list))
		for k, n := range list {
			out[k] = known[n]
		}
		return out, nil
	}
}

// complete puts nodes into known. Each level of what is missing costs one question.
func (d d1Log) complete(list []feed.Node, known map[feed.Node]feed.Hash) error {
	var missing, children []feed.Node
	if err := d.read(list, known); err != nil {
		return err
	}
	for _, n := range list {
		if _, ok := known[n]; ok {
			continue
		}
		if n.Level == 0 {
			return fmt.Errorf("the log has no receipt %d", n.Index)
		}
		missing = append(missing, n)
		children = append(children, feed.Node{Level: n.Level - 1, Index: 2 * n.Index}, feed.Node{Level: n.Level - 1, Index: 2*n.Index + 1})
	}
	if len(missing) == 0 {
		return nil
	}
	if err := d.complete(children, known); err != nil {
		return err
	}
	var values []string
	for _, n := range missing {
		h := feed.Join(known[feed.Node{Level: n.Level - 1, Index: 2 * n.Index}], known[feed.Node{Level: n.Level - 1, Index: 2*n.Index + 1}])
		known[n] = h
		values = append(values, fmt.Sprintf("(%d,%d,'%x')", n.Level, n.Index, h[:]))
	}
	_, err := d.ask("INSERT OR IGNORE INTO nodes (level, place, hash) VALUES " + strings.Join(values, ","))
	return err
}

// read puts what is stored of a list into known. Leaves are the receipts' own identifiers.
func (d d1Log) read(list []feed.Node, known map[feed.Node]feed.Hash) error {
	var leaves, inner []string
	for _, n := range list {
		if _, ok := known[n]; ok {
			continue
		}
		if n.Level == 0 {
			leaves = append(leaves, fmt.Sprint(n.Index))
		} else {
			inner = append(inner, fmt.Sprintf("(%d,%d)", n.Level, n.Index))
		}
	}
	var query []string
	if len(leaves) > 0 {
		query = append(query, "SELECT 0 AS level, place, id AS hash FROM receipts WHERE place IN ("+strings.Join(leaves, ",")+")")
	}
	if len(inner) > 0 {
		query = append(query, "SELECT level, place, hash FROM nodes WHERE (level, place) IN (VALUES "+strings.Join(inner, ",")+")")
	}
	if len(query) == 0 {
		return nil
	}
	rows, err := d.ask(strings.Join(query, " UNION ALL "))
	if err != nil {
		return err
	}
	for _, r := range rows {
		h, ok := parseHash(r.Get("hash").String())
		if !ok {
			return fmt.Errorf("the log's database holds a hash that is none")
		}
		known[feed.Node{Level: r.Get("level").Int(), Index: r.Get("place").Int()}] = h
	}
	return nil
}
