package session

import (
	"io/fs"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/files"
)

// dropped is the files that a visitor dropped as a file system: the content of a
// zip if one was dropped alone, the files themselves otherwise.
func dropped(body []byte) (fs.FS, error) {
	list, err := api.UnpackFiles(body)
	if err != nil {
		return nil, &api.Failure{Code: api.CodeBadCommand, Message: err.Error()}
	}
	if len(list) == 0 {
		return nil, &data.Error{Problem: "no file was dropped", Remedy: "drop a folder, its files, or a zip"}
	}
	if len(list) == 1 && strings.HasSuffix(strings.ToLower(list[0].Name), ".zip") {
		return data.OpenZip(list[0].Data)
	}
	m := files.NewMemory()
	for _, x := range list {
		if err := m.Add(strings.TrimLeft(x.Name, "/"), x.Data); err != nil {
			return nil, &data.Error{File: x.Name, Problem: err.Error(), Remedy: "rename it"}
		}
	}
	return m, nil
}
