package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
)

// journal is a file of results that are dear to compute, a line of JSON each, so that a
// command that was stopped goes on where it was: a result is looked up by what was asked
// for. Without a file it remembers nothing.
type journal struct {
	file  *os.File
	known map[string]json.RawMessage
}

// entry is a line of a journal.
type entry struct {
	Key   string          `json:"key"` // the hash of Asked
	Asked json.RawMessage `json:"asked"`
	Value json.RawMessage `json:"value"`
}

// openJournal reads a file, or begins one. A last line that was torn when a program was
// stopped is cut off.
func openJournal(path string) (*journal, error) {
	j := &journal{known: map[string]json.RawMessage{}}
	if path == "" {
		return j, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	whole := bytes.LastIndexByte(b, '\n') + 1
	for n, line := range bytes.Split(b[:whole], []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil || e.Key != key(e.Asked) {
			f.Close()
			return nil, fmt.Errorf("%s: line %d is not a result that lethe wrote; delete the line, or name another file", path, n+1)
		}
		j.known[e.Key] = e.Value
	}
	if err := f.Truncate(int64(whole)); err != nil {
		return nil, err
	}
	if _, err := f.Seek(int64(whole), 0); err != nil {
		return nil, err
	}
	j.file = f
	return j, nil
}

// key is the hash of a question's JSON, white space apart.
func key(asked json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, asked) != nil {
		return ""
	}
	h := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(h[:])
}

// recall decodes the result of a question into v and tells whether there is one.
func (j *journal) recall(asked, v any) (bool, error) {
	q, err := json.Marshal(asked)
	if err != nil {
		return false, err
	}
	value, ok := j.known[key(q)]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(value, v)
}

// record writes a result down before it returns.
func (j *journal) record(asked, v any) error {
	if j.file == nil {
		return nil
	}
	q, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	line, err := json.Marshal(entry{key(q), q, value})
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write down a result: %w", err)
	}
	j.known[key(q)] = value
	return j.file.Sync()
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
