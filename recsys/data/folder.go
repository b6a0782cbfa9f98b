package data

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// folder is where the files of a data set lie.
type folder struct {
	fsys  fs.FS
	dir   string
	names []string // of the plain files in it, sorted
}

// openFolder looks into fsys, and down through folders that hold nothing but one
// folder, as zips often have them. Hidden files and those that macOS adds do not
// count.
func openFolder(fsys fs.FS) (folder, error) {
	f := folder{fsys: fsys, dir: "."}
	for range 8 {
		entries, err := fs.ReadDir(fsys, f.dir)
		if err != nil {
			return folder{}, readFailure(f.dir, err)
		}
		var below []string
		for _, e := range entries {
			switch {
			case strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX":
			case e.IsDir():
				below = append(below, e.Name())
			default:
				f.names = append(f.names, e.Name())
			}
		}
		if len(f.names) > 0 || len(below) != 1 {
			break
		}
		f.dir = path.Join(f.dir, below[0])
	}
	slices.Sort(f.names)
	return f, nil
}

func (f folder) has(names ...string) bool {
	for _, n := range names {
		if !slices.Contains(f.names, n) {
			return false
		}
	}
	return true
}

// ending lists the files with an extension.
func (f folder) ending(ext string) []string {
	var out []string
	for _, n := range f.names {
		if strings.HasSuffix(n, ext) {
			out = append(out, n)
		}
	}
	return out
}

func (f folder) read(name string) ([]byte, error) {
	full := path.Join(f.dir, name)
	info, err := fs.Stat(f.fsys, full)
	if err != nil {
		return nil, readFailure(name, err)
	}
	if info.Size() > maxFile {
		return nil, &Error{File: name, Problem: "the file is larger than 2 GiB", Remedy: "reduce it"}
	}
	b, err := fs.ReadFile(f.fsys, full)
	if err != nil {
		return nil, readFailure(name, err)
	}
	return b, nil
}

// readText is read for text files.
func (f folder) readText(name string) (string, error) {
	b, err := f.read(name)
	if err != nil {
		return "", err
	}
	return text(name, b)
}
