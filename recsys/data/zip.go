package data

import (
	"fmt"
	"io"
	"io/fs"
	"strconv"

	"lethe/recsys/api"
	"lethe/recsys/files"
)

const (
	maxZipped  = 1<<31 - 1 // bytes of all files in a zip together, unpacked
	maxEntries = 10_000    // files and folders in a zip
)

// OpenZip returns the files in a zip for Load. It refuses archives that claim to
// unpack to more than 2 GiB or hold more than 10,000 entries; reading checks
// each file against its claim.
func OpenZip(b []byte) (fs.FS, error) {
	list, err := files.ReadZip(b, maxEntries)
	if err != nil {
		return nil, &Error{Problem: err.Error(), Remedy: "fetch it again, or drop the folder itself"}
	}
	if len(list) > maxEntries {
		return nil, &Error{Value: strconv.Itoa(len(list)), Problem: "the zip holds too many files", Remedy: "pack only the data set"}
	}
	m := files.NewMemory()
	left := uint64(maxZipped)
	for _, z := range list {
		if z.Size > left {
			return nil, &Error{File: z.Name, Problem: "the zip unpacks to more than 2 GiB", Remedy: "pack only the data set"}
		}
		left -= z.Size
		if err := m.AddZipped(z); err != nil {
			return nil, &Error{File: z.Name, Problem: err.Error(), Remedy: "rename it and pack again"}
		}
	}
	return m, nil
}

// WriteZip packs files into a zip. Equal files in equal order give equal bytes.
func WriteZip(w io.Writer, list []File) error {
	all := make([]api.File, len(list))
	for k, f := range list {
		all[k] = api.File(f)
	}
	if err := files.WriteZip(w, all); err != nil {
		return fmt.Errorf("write zip: %w", err)
	}
	return nil
}
