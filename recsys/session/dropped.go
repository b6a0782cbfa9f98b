package session

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// dropped is the files that a visitor dropped as a file system: the content of a
// zip if one was dropped alone, the files themselves otherwise.
func dropped(body []byte) (fs.FS, error) {
	files, err := api.UnpackFiles(body)
	if err != nil {
		return nil, &api.Failure{Code: api.CodeBadCommand, Message: err.Error()}
	}
	if len(files) == 0 {
		return nil, &data.Error{Problem: "no file was dropped", Remedy: "drop a folder, its files, or a zip"}
	}
	if len(files) == 1 && strings.HasSuffix(strings.ToLower(files[0].Name), ".zip") {
		return data.OpenZip(files[0].Data)
	}
	f := folders{".": {name: "."}}
	for _, x := range files {
		if err := f.add(strings.TrimLeft(x.Name, "/"), x.Data); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// folders is a file system in memory: every file and folder by its path.
type folders map[string]*entry

// entry is a file, or a folder with the names in it, sorted.
type entry struct {
	name     string
	file     bool
	content  []byte
	children []string // paths
}

func (f folders) add(name string, content []byte) error {
	if !fs.ValidPath(name) || name == "." {
		return &data.Error{File: name, Problem: "the file's name is not a path", Remedy: "rename it"}
	}
	if f[name] != nil {
		return &data.Error{File: name, Problem: "two dropped files have one name", Remedy: "rename one"}
	}
	f[name] = &entry{name: path.Base(name), file: true, content: content}
	for child := name; child != "."; child = path.Dir(child) {
		dir := path.Dir(child)
		if f[dir] == nil {
			f[dir] = &entry{name: path.Base(dir)}
		}
		if f[dir].file {
			return &data.Error{File: dir, Problem: "a dropped file has the name of a folder", Remedy: "rename one"}
		}
		at, found := slices.BinarySearch(f[dir].children, child)
		if found {
			break
		}
		f[dir].children = slices.Insert(f[dir].children, at, child)
	}
	return nil
}

func (f folders) find(op, name string) (*entry, error) {
	if e := f[name]; e != nil {
		return e, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

// Open is fs.FS.
func (f folders) Open(name string) (fs.File, error) {
	e, err := f.find("open", name)
	if err != nil {
		return nil, err
	}
	o := &handle{entry: e, rest: e.content}
	for _, c := range e.children {
		o.list = append(o.list, fs.FileInfoToDirEntry(f[c]))
	}
	return o, nil
}

// handle is an open file or folder.
type handle struct {
	*entry
	rest []byte
	list []fs.DirEntry
}

func (o *handle) Stat() (fs.FileInfo, error) { return o.entry, nil }
func (o *handle) Close() error               { return nil }

func (o *handle) Read(b []byte) (int, error) {
	if !o.file {
		return 0, &fs.PathError{Op: "read", Path: o.name, Err: fs.ErrInvalid}
	}
	if len(o.rest) == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	n := copy(b, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// ReadDir is fs.ReadDirFile.
func (o *handle) ReadDir(n int) ([]fs.DirEntry, error) {
	if o.file {
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
func (e *entry) Size() int64        { return int64(len(e.content)) }
func (e *entry) IsDir() bool        { return !e.file }
func (e *entry) ModTime() time.Time { return time.Time{} }
func (e *entry) Sys() any           { return nil }

func (e *entry) Mode() fs.FileMode {
	if e.file {
		return 0o444
	}
	return fs.ModeDir | 0o555
}
