package model

import (
	"bytes"
	"encoding/json"
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// Release is the version of Lethe that model files carry.
const Release = "0.1.0"

// fileFormat names the layout of a model file's metadata.
const fileFormat = "lethe-model/1"

// File is a model as it is stored: a safetensors file with a tensor for every
// view of θ and the rest as metadata. It holds no clock time, so equal training
// gives equal bytes, and it does not say what was forgotten.
type File struct {
	Model  api.ModelConfig // with every default filled in
	Train  api.TrainConfig // likewise; carries the seed and the backend
	Result api.TrainResult // Seconds and Curve are not stored
	Data   string          // hash of the data set the weights are bound to
	// Visitor lists the items of the visitor's row by identifier; nil where the data
	// set had no such row.
	Visitor []string
	Params  *dense.Params
}

// Encode returns the file's bytes.
func (f *File) Encode() ([]byte, error) {
	r := f.Result
	r.Seconds, r.Curve = 0, nil
	meta := map[string]string{"format": fileFormat, "lethe": Release, "data_sha256": f.Data}
	for key, v := range map[string]any{"model": f.Model, "train": f.Train, "result": r} {
		if err := encodeMeta(meta, key, v); err != nil {
			return nil, err
		}
	}
	if f.Visitor != nil {
		if err := encodeMeta(meta, "visitor", f.Visitor); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err := dense.EncodeSafetensors(&b, meta, f.Params.Tensors())
	return b.Bytes(), err
}

func encodeMeta(meta map[string]string, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write model file: %s: %w", key, err)
	}
	meta[key] = string(b)
	return nil
}

// Header is a model file whose weights are not yet laid out: that takes the data
// set it is bound to.
type Header struct {
	File
	tensors []dense.Tensor
}

// DecodeHeader reads a file's metadata and finds its tensors, which alias b.
func DecodeHeader(b []byte) (*Header, error) {
	meta, tensors, err := dense.DecodeSafetensors(b)
	if err != nil {
		return nil, &data.Error{Problem: "this is not a model file (" + err.Error() + ")", Remedy: "choose a file that Lethe exported"}
	}
	if meta["format"] != fileFormat {
		return nil, &data.Error{Value: meta["format"], Problem: "this safetensors file is not one of Lethe's model files",
			Remedy: "choose a file that Lethe exported"}
	}
	h := &Header{tensors: tensors}
	h.Data = meta["data_sha256"]
	for key, v := range map[string]any{"model": &h.Model, "train": &h.Train, "result": &h.Result, "visitor": &h.Visitor} {
		if meta[key] == "" && key == "visitor" {
			continue
		}
		if err := json.Unmarshal([]byte(meta[key]), v); err != nil {
			return nil, &data.Error{Value: meta[key], Problem: "the model file's " + key + " is not readable (" + err.Error() + ")",
				Remedy: "export the model again"}
		}
	}
	return h, nil
}

// Bind lays the weights out for the data set they belong to.
func (h *Header) Bind(d *data.Dataset) (Model, *dense.Params, error) {
	if got := d.SHA256(); got != h.Data {
		return nil, nil, &data.Error{Value: d.Name, Problem: fmt.Sprintf("the model file belongs to other data than these (%.12s… and %.12s…)", h.Data, got),
			Remedy: "open the data the model was trained on; if it has forgotten something, repeat the request"}
	}
	m, err := New(h.Model, d)
	if err != nil {
		return nil, nil, err
	}
	p, err := dense.ParamsFromTensors(m.Specs(), h.tensors)
	if err != nil {
		return nil, nil, &data.Error{Problem: "the model file's weights do not fit its model (" + err.Error() + ")", Remedy: "export the model again"}
	}
	return m, p, nil
}
