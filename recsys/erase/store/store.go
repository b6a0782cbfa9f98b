// Package store keeps named parts (data, a model, preferences) so that no crash loses them
// and so that they can be made unreadable for good.
//
// What is kept lies in generations. A generation N is four files:
//
//	N.key   32 bytes, the generation's own AES-256 key
//	N.gen   the parts, sealed with that key in chunks (AES-GCM)
//	N.ok    the marker: the generation counts from the moment this file is whole
//	N.log   records appended since, each sealed with that key
//
// A new generation is written aside, read back and compared; then its marker is written: that
// is the switch. Generations without a marker never happened. The one before the last stays
// as the last good one, until it is purged: its key is overwritten in place, and whatever
// copies of its other bytes are left anywhere are noise.
//
// The package knows no platform: files, cipher and randomness are handed in.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Disk is a folder of plain files. Whatever a method returned nil for survives a crash.
// After a failure, or a crash inside a method, the file may be missing, old or torn.
type Disk interface {
	Names() ([]string, error)
	// Read returns an error that is fs.ErrNotExist where there is no such file.
	Read(name string) ([]byte, error)
	// Write makes b the content of a file.
	Write(name string, b []byte) error
	// Append adds b to the end of a file, which it makes if need be.
	Append(name string, b []byte) error
	// Shred overwrites a file's bytes where they lie and then removes it; Remove only
	// removes it. A file that is not there is no error.
	Shred(name string) error
	Remove(name string) error
}

// Cipher is AES-256-GCM with nonces of 12 bytes and tags of 16: both ends of what Seal
// returns and Open expects are crypto/cipher's.
type Cipher interface {
	Seal(key, nonce, plain, aad []byte) ([]byte, error)
	Open(key, nonce, sealed, aad []byte) ([]byte, error)
}

// Outside is what a store needs of the platform.
type Outside struct {
	Disk   Disk
	Cipher Cipher
	// Random fills b with unpredictable bytes.
	Random func(b []byte) error
}

// Damage is bytes that are not what was written.
type Damage struct {
	File string
	// Offset is where the bad bytes begin, and Length how many are in doubt; -1 for all of the file.
	Offset, Length int64
	Problem        string
}

func (d Damage) String() string {
	if d.Length < 0 {
		return d.File + ": " + d.Problem
	}
	return fmt.Sprintf("%s, bytes %d to %d: %s", d.File, d.Offset, d.Offset+d.Length-1, d.Problem)
}

// Store is an open folder. It belongs to one goroutine, and to one program at a time: who
// opens it sees to that.
type Store struct {
	out     Outside
	live    []generation // newest first; at most two but for an unfinished purge
	parts   []Part       // of live[0]
	records [][]byte
	last    int // highest number ever used
	damage  []Damage
}

// generation is a readable generation. Version is that of its files' layout.
type generation struct {
	number, version int
	key             []byte
}

// Part is a named piece of what is kept.
type Part struct {
	Name string
	Data []byte
}

// Open finds the newest generation that is whole. What is not whole is told by Damage, and
// leftovers of generations that never happened are destroyed. An error means that the folder
// could not be read or cleaned, or that a newer version of Lethe wrote it.
func Open(out Outside) (*Store, error) {
	names, err := out.Disk.Names()
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s := &Store{out: out}
	files := map[int][]string{}
	var stray []string
	for _, name := range names {
		if n, ok := numberOf(name); ok {
			files[n] = append(files[n], name)
			s.last = max(s.last, n)
		} else if strings.HasSuffix(name, ".tmp") {
			stray = append(stray, name)
		}
	}
	numbers := make([]int, 0, len(files))
	for n := range files {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	for _, n := range numbers {
		if err := s.look(n, slices.Contains(files[n], file(n, marker))); err != nil {
			return nil, fmt.Errorf("open the store: %w", err)
		}
	}
	for _, name := range stray {
		if err := out.Disk.Shred(name); err != nil {
			return nil, fmt.Errorf("clean the store: %w", err)
		}
	}
	s.readLogs()
	return s, nil
}

// look takes generation n in if it counts and can be read, and destroys it if it
// never happened.
func (s *Store) look(n int, marked bool) error {
	if marked {
		if b, err := s.out.Disk.Read(file(n, marker)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		} else if string(b) != markerText(n) {
			s.damage = append(s.damage, Damage{file(n, marker), 0, int64(len(b)), "the marker is torn or changed"})
			marked = len(b) == len(markerText(n)) // a torn one was never confirmed; a changed one was
		}
	}
	if !marked {
		return s.destroy(n)
	}
	g, err := s.readKey(n)
	var parts []Part
	if err == nil && len(s.live) == 0 { // the parts of older ones are not needed
		parts, err = s.readParts(g)
	}
	var bad *damaged
	if errors.As(err, &bad) {
		s.damage = append(s.damage, bad.Damage)
		return nil // stays where it is: purged once there is something newer
	}
	if err != nil {
		return err
	}
	if s.live = append(s.live, g); len(s.live) == 1 {
		s.parts = parts
	}
	return nil
}

// Empty tells whether nothing was ever kept, or nothing of it can be read.
func (s *Store) Empty() bool { return len(s.live) == 0 }

// Damage lists what Open found torn or changed.
func (s *Store) Damage() []Damage { return s.damage }

// Parts are those of the current generation. Do not write to them.
func (s *Store) Parts() []Part { return s.parts }

// Records are what was appended to the live generations, each once, oldest first.
func (s *Store) Records() [][]byte { return s.records }

// Generation is the current one's number; 0 where there is none.
func (s *Store) Generation() int {
	if s.Empty() {
		return 0
	}
	return s.live[0].number
}

// Append adds a record to the log of every live generation: falling back to the last good
// one loses none. It needs a generation to be there.
func (s *Store) Append(record []byte) error {
	if s.Empty() {
		return errors.New("append to the store's log: nothing is kept yet")
	}
	for _, g := range s.live {
		line, err := s.sealRecord(g, record)
		if err != nil {
			return err
		}
		if err := s.out.Disk.Append(file(g.number, logs), line); err != nil {
			return fmt.Errorf("write the store's log: %w", err)
		}
	}
	s.records = append(s.records, record)
	return nil
}

// Save writes a new generation, switches to it, and keeps the one before as the last good
// one. On failure everything is as it was.
func (s *Store) Save(parts []Part) error {
	next, err := s.Prepare(parts)
	if err != nil {
		return err
	}
	if err := next.Commit(); err != nil {
		return err
	}
	return s.Purge(2)
}

// Next is a generation written aside.
type Next struct {
	s     *Store
	g     generation
	parts []Part
}

// Prepare writes a generation aside and reads it back.
func (s *Store) Prepare(parts []Part) (*Next, error) {
	s.last++
	n := &Next{s, generation{s.last, Version, make([]byte, keySize)}, parts}
	if err := n.write(); err != nil {
		// Half a generation must not outlive its failure; if even that fails, the next Open
		// does it, since there is no marker.
		_ = s.destroy(n.g.number)
		return nil, fmt.Errorf("keep a new generation: %w", err)
	}
	return n, nil
}

func (n *Next) write() error {
	s := n.s
	if err := s.out.Random(n.g.key); err != nil {
		return err
	}
	if err := s.out.Disk.Write(file(n.g.number, keys), encodeKey(n.g.key)); err != nil {
		return err
	}
	b, err := s.sealParts(n.g, n.parts)
	if err != nil {
		return err
	}
	if err := s.out.Disk.Write(file(n.g.number, generations), b); err != nil {
		return err
	}
	g, err := s.readKey(n.g.number)
	if err != nil {
		return err
	}
	back, err := s.readParts(g)
	if err == nil && !samePlaces(back, n.parts) {
		err = errors.New("what was read back is not what was written")
	}
	n.parts = back
	return err
}

// Parts are what was read back from the files.
func (n *Next) Parts() []Part { return n.parts }

// Commit switches to the generation: one small file makes it the current one. Records of
// the log so far do not count any more; who needs one has put it into a part.
func (n *Next) Commit() error {
	s := n.s
	if err := s.out.Disk.Write(file(n.g.number, marker), []byte(markerText(n.g.number))); err != nil {
		_ = s.destroy(n.g.number)
		return fmt.Errorf("switch to the new generation: %w", err)
	}
	s.live = slices.Insert(s.live, 0, n.g)
	s.parts, s.records = n.parts, nil
	return nil
}

// Drop gives a generation up that was written aside.
func (n *Next) Drop() error { return n.s.destroy(n.g.number) }

// Purge keeps the newest generations and destroys all others, those that are damaged
// included. It can be repeated.
func (s *Store) Purge(keep int) error {
	names, err := s.out.Disk.Names()
	if err != nil {
		return fmt.Errorf("purge the store: %w", err)
	}
	kept := s.live[:min(keep, len(s.live))]
	for _, name := range names {
		n, ok := numberOf(name)
		if !ok || slices.ContainsFunc(kept, func(g generation) bool { return g.number == n }) {
			continue
		}
		if err := s.destroy(n); err != nil {
			return fmt.Errorf("purge the store: %w", err)
		}
	}
	s.live = kept
	return nil
}

// destroy takes a generation's marker away, from when on the next Open would destroy it, makes
// it unreadable and removes the rest.
func (s *Store) destroy(n int) error {
	if err := s.out.Disk.Remove(file(n, marker)); err != nil {
		return err
	}
	if err := s.out.Disk.Shred(file(n, keys)); err != nil {
		return err
	}
	for _, kind := range []string{logs, generations} {
		if err := s.out.Disk.Remove(file(n, kind)); err != nil {
			return err
		}
	}
	return nil
}
