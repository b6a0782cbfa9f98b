// Package files is file systems in memory: of files that were dropped, and of zips.
package files

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"
)

// Memory is a file system in memory: every file and folder by its path. NewMemory
// makes an empty one.
type Memory map[string]*entry

// entry is a file, or a folder with what is in it, sorted.
type entry struct {
	name     string
	size     int64
	content  func() ([]byte, error) // a new slice at every call; nil for a folder
	children []string               // paths
}

// NewMemory is a file system without files.
func NewMemory() Memory { return Memory{".": {name: "."}} }

// What Add refuses.
var (
	errNoPath = errors.New("the file's name is not a path")
	errTwice  = errors.New("two files have one name")
	errFolder = errors.New("a file has the name of a folder")
)

// Add adds a file and the folders above it. It keeps content.
func (m Memory) Add(name string, content []byte) error {
	return m.add(name, &entry{size: int64(len(content)), content: func() ([]byte, error) { return slices.Clone(content), nil }})
}

func (m Memory) add(name string, e *entry) error {
	if !fs.ValidPath(name) || name == "." {
		return errNoPath
	}
	if old := m[name]; old != nil {
		if old.IsDir() && e.IsDir() {
			return nil
		}
		return errTwice
	}
	e.name = path.Base(name)
	m[name] = e
	for child := name; child != "."; child = path.Dir(child) {
		dir := path.Dir(child)
		if m[dir] == nil {
			m[dir] = &entry{name: path.Base(dir)}
		}
		if !m[dir].IsDir() {
			return errFolder
		}
		at, found := slices.BinarySearch(m[dir].children, child)
		if found {
			break
		}
		m[dir].children = slices.Insert(m[dir].children, at, child)
	}
	return nil
}

// Open is fs.FS.
func (m Memory) Open(name string) (fs.File, error) {
	e := m[name]
	if e == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	o := &handle{entry: e}
	if !e.IsDir() {
		b, err := e.content()
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
		o.rest.Reset(b)
	}
	for _, c := range e.children {
		o.list = append(o.list, fs.FileInfoToDirEntry(m[c]))
	}
	return o, nil
}

// ReadFile is fs.ReadFileFS, which saves the copy that reading an open file takes.
func (m Memory) ReadFile(name string) ([]byte, error) {
	e := m[name]
	if e == nil || e.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	b, err := e.content()
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return b, nil
}

// handle is an open file or folder.
type handle struct {
	*entry
	rest bytes.Reader
	list []fs.DirEntry
}

func (o *handle) Stat() (fs.FileInfo, error) { return o.entry, nil }
func (o *handle) Close() error               { return nil }

func (o *handle) Read(b []byte) (int, error) {
	if o.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: o.name, Err: fs.ErrInvalid}
	}
	return o.rest.Read(b)
}

// ReadDir is fs.ReadDirFile.
func (o *handle) ReadDir(n int) ([]fs.DirEntry, error) {
	if !o.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: o.name, Err: fs.ErrInvalid}
	}
	if n <= 0 {
		n = len(o.list)
	} else if len(o.list) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(o.list))
	list := o.list[:n]
	o.list = o.list[n:]
	return list, nil
}

// An entry is its own fs.FileInfo.

func (e *entry) Name() string       { return e.name }
func (e *entry) Size() int64        { return e.size }
func (e *entry) IsDir() bool        { return e.content == nil }
func (e *entry) ModTime() time.Time { return time.Time{} }
func (e *entry) Sys() any           { return nil }

func (e *entry) Mode() fs.FileMode {
	if e.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
