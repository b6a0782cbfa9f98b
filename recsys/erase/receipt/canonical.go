package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Canonical is v as JSON with one form only: RFC 8785, for keys in ASCII. Keys are sorted,
// there is no white space, numbers are the shortest that give the same float64, strings escape
// what must be. JSON.stringify over sorted keys gives the same bytes.
func Canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	return appendValue(nil, tree)
}

func appendValue(b []byte, v any) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendString(b, v), nil
	case json.Number: // as encoding/json wrote it, which is RFC 8785's form for numbers
		return append(b, v...), nil
	case []any:
		b = append(b, '[')
		for k, x := range v {
			if k > 0 {
				b = append(b, ',')
			}
			if b, err = appendValue(b, x); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case map[string]any:
		names := make([]string, 0, len(v))
		for k := range v {
			if !ascii(k) {
				return nil, fmt.Errorf("canonical JSON: key %q is not ASCII", k)
			}
			names = append(names, k)
		}
		slices.Sort(names)
		b = append(b, '{')
		for k, name := range names {
			if k > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, name), ':')
			if b, err = appendValue(b, v[name]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	}
	panic("receipt: JSON decoded to something else")
}

func ascii(s string) bool {
	for k := range len(s) {
		if s[k] >= 0x80 {
			return false
		}
	}
	return true
}

// appendString escapes what RFC 8785 says and nothing else: encoding/json also escapes the
// line separators U+2028 and U+2029.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}
