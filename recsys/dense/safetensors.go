package dense

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// The safetensors format (https://huggingface.co/docs/safetensors): eight bytes
// of little-endian header length, a JSON header, then the tensors' bytes without
// gaps. The header maps each name to dtype, shape and data_offsets and may hold
// one object "__metadata__" of strings.
//
// EncodeSafetensors writes one canonical form, the one of the reference
// implementation: metadata first with its keys sorted, tensors by falling dtype
// rank and then name, no white space but the padding of the header to eight
// bytes. Equal content therefore has equal bytes, and every tensor is aligned to
// the size of its elements.

const (
	maxHeader   = 100_000_000 // bytes, the reference implementation's limit
	metadataKey = "__metadata__"
)

// EncodeSafetensors writes metadata and tensors in canonical form; the order of
// ts does not matter. Names are distinct and, like the metadata, valid UTF-8.
func EncodeSafetensors(w io.Writer, meta map[string]string, ts []Tensor) error {
	ts = slices.Clone(ts)
	slices.SortStableFunc(ts, func(a, b Tensor) int {
		return cmp.Or(cmp.Compare(rank(b.DType), rank(a.DType)), cmp.Compare(a.Name, b.Name))
	})
	head, err := encodeHeader(meta, ts)
	if err != nil {
		return fmt.Errorf("write safetensors: %w", err)
	}
	if _, err := w.Write(head); err != nil {
		return fmt.Errorf("write safetensors: %w", err)
	}
	for _, t := range ts {
		if _, err := w.Write(t.Data); err != nil {
			return fmt.Errorf("write safetensors: tensor %q: %w", t.Name, err)
		}
	}
	return nil
}

// encodeHeader returns the length, the JSON header and its padding.
func encodeHeader(meta map[string]string, ts []Tensor) ([]byte, error) {
	var b bytes.Buffer
	b.Write(make([]byte, 8))
	b.WriteByte('{')
	if len(meta) > 0 {
		b.WriteString(`"` + metadataKey + `":{`)
		keys := make([]string, 0, len(meta))
		for k, v := range meta {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return nil, fmt.Errorf("metadata %q is not valid UTF-8", k)
			}
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for i, k := range keys {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(&b, k)
			b.WriteByte(':')
			writeString(&b, meta[k])
		}
		b.WriteByte('}')
	}
	at := 0
	seen := make(map[string]bool, len(ts))
	for i, t := range ts {
		switch {
		case seen[t.Name]:
			return nil, fmt.Errorf("two tensors named %q", t.Name)
		case t.Name == metadataKey || !utf8.ValidString(t.Name):
			return nil, fmt.Errorf("%q is not a name for a tensor", t.Name)
		}
		seen[t.Name] = true
		if err := t.check(t.DType); err != nil {
			return nil, err
		}
		if i > 0 || len(meta) > 0 {
			b.WriteByte(',')
		}
		writeString(&b, t.Name)
		b.WriteString(`:{"dtype":"` + t.DType + `","shape":[`)
		for k, d := range t.Shape {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(d))
		}
		fmt.Fprintf(&b, `],"data_offsets":[%d,%d]}`, at, at+len(t.Data))
		at += len(t.Data)
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	n := b.Len() - 8
	if n > maxHeader {
		return nil, fmt.Errorf("header of %d bytes exceeds the format's limit of %d", n, maxHeader)
	}
	binary.LittleEndian.PutUint64(b.Bytes(), uint64(n))
	return b.Bytes(), nil
}

// writeString writes a JSON string without the escapes meant for HTML.
func writeString(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("dense: a string does not encode")
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
}

// DecodeSafetensors reads a whole file. The tensors' Data aliases b; they come in
// the order of their bytes. meta is nil where the file has none. Anything the
// format forbids is an error: names twice, unknown dtypes, offsets that overlap,
// leave gaps, leave the file or disagree with dtype and shape.
func DecodeSafetensors(b []byte) (meta map[string]string, ts []Tensor, err error) {
	fail := func(err error) (map[string]string, []Tensor, error) {
		return nil, nil, fmt.Errorf("read safetensors: %w", err)
	}
	if len(b) < 8 {
		return fail(fmt.Errorf("file of %d bytes ends inside the header's length", len(b)))
	}
	n := binary.LittleEndian.Uint64(b)
	if n > maxHeader {
		return fail(fmt.Errorf("header of %d bytes exceeds the format's limit of %d", n, maxHeader))
	}
	if n > uint64(len(b)-8) {
		return fail(fmt.Errorf("header of %d bytes in a file of %d: the file is cut short", n, len(b)))
	}
	head, body := b[8:8+n], b[8+n:]
	meta, views, err := decodeHeader(head)
	if err != nil {
		return fail(err)
	}
	slices.SortFunc(views, func(a, b view) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end),
			cmp.Compare(rank(b.DType), rank(a.DType)), cmp.Compare(a.Name, b.Name))
	})
	at := uint64(0)
	for _, v := range views {
		if v.begin != at || v.end < v.begin || v.end > uint64(len(body)) {
			return fail(fmt.Errorf("tensor %q has data_offsets [%d,%d], want them to start at %d and end within %d",
				v.Name, v.begin, v.end, at, len(body)))
		}
		v.Data = body[v.begin:v.end:v.end]
		if err := v.check(v.DType); err != nil {
			return fail(err)
		}
		ts = append(ts, v.Tensor)
		at = v.end
	}
	if at != uint64(len(body)) {
		return fail(fmt.Errorf("%d bytes follow the last tensor", uint64(len(body))-at))
	}
	return meta, ts, nil
}

// view is a tensor as the header describes it.
type view struct {
	Tensor
	begin, end uint64
}

func decodeHeader(head []byte) (map[string]string, []view, error) {
	if len(head) == 0 || head[0] != '{' || !utf8.Valid(head) {
		return nil, nil, errors.New("header is not a JSON object in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(head))
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	var meta map[string]string
	var views []view
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, fmt.Errorf("header: %w", err)
		}
		name, _ := key.(string) // a key is a string or d.Token has failed
		if seen[name] {
			return nil, nil, fmt.Errorf("header names %q twice", name)
		}
		seen[name] = true
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, nil, fmt.Errorf("header of %q: %w", name, err)
		}
		if name == metadataKey {
			if meta, err = decodeMetadata(raw); err != nil {
				return nil, nil, err
			}
			continue
		}
		v, err := decodeView(name, raw)
		if err != nil {
			return nil, nil, err
		}
		views = append(views, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	if rest := head[d.InputOffset():]; len(bytes.TrimRight(rest, " ")) > 0 {
		return nil, nil, errors.New("something other than spaces follows the header's object")
	}
	return meta, views, nil
}

func decodeMetadata(raw []byte) (map[string]string, error) {
	var values map[string]*string
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", metadataKey, err)
	}
	if len(values) == 0 {
		return nil, nil
	}
	meta := make(map[string]string, len(values))
	for k, v := range values {
		if v == nil {
			return nil, fmt.Errorf("%s: %q is null, want a string", metadataKey, k)
		}
		meta[k] = *v
	}
	return meta, nil
}

// decodeView reads {"dtype":…,"shape":[…],"data_offsets":[begin,end]}. Keys are
// looked up as written, where encoding/json alone would ignore their case.
func decodeView(name string, raw []byte) (view, error) {
	v := view{Tensor: Tensor{Name: name}}
	var fields map[string]json.RawMessage
	var offsets []uint64
	err := json.Unmarshal(raw, &fields)
	if err == nil {
		err = errors.Join(
			json.Unmarshal(fields["dtype"], &v.DType),
			json.Unmarshal(fields["shape"], &v.Shape),
			json.Unmarshal(fields["data_offsets"], &offsets))
	}
	if err != nil || len(fields) != 3 || len(offsets) != 2 || v.Shape == nil {
		return view{}, fmt.Errorf("header of tensor %q is not a dtype, a shape and two data_offsets", name)
	}
	v.begin, v.end = offsets[0], offsets[1]
	return v, nil
}
