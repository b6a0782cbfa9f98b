//go:build js && wasm

package webgpu

import (
	"strconv"
	"strings"
)

// tokens are what a template line stands for: it is repeated with every number below
// count in place of its token. more gives what else follows from the number.
var tokens = []struct {
	name  string
	count int
	more  func(line string, k int) string
}{
	{"$q", 4, func(line string, k int) string { return strings.ReplaceAll(line, "$x", "xyzw"[k:k+1]) }},
	{"$r", 8, func(line string, k int) string { // a row of a lane's 8×8: block b, component y; rows of blocks lie 32 apart in shared memory
		return strings.NewReplacer("$b", strconv.Itoa(k/4), "$y", "xyzw"[k%4:k%4+1], "$s", strconv.Itoa(k%4+k/4*32)).Replace(line)
	}},
	{"$c", 2, func(line string, k int) string { // a group of four columns, and those columns
		return strings.NewReplacer("$0", strconv.Itoa(4*k), "$1", strconv.Itoa(4*k+1), "$2", strconv.Itoa(4*k+2), "$3", strconv.Itoa(4*k+3)).Replace(line)
	}},
	{"$a", 2, nil},
	{"$j", 8, nil},
}

// expand writes a kernel's template lines out. mode is two letters, such as the transpositions
// of a and b: of the lines that begin with ? and two letters or dots those for other modes go.
func expand(source, mode string) string {
	if !strings.Contains(source, "$") && !strings.Contains(source, "\n?") {
		return source
	}
	var b strings.Builder
	for line := range strings.Lines(source) {
		if rest, ok := strings.CutPrefix(line, "?"); ok {
			for k := range 2 {
				ok = ok && (rest[k] == '.' || rest[k] == mode[k])
			}
			if !ok {
				continue
			}
			line = rest[2:]
		}
		if strings.HasPrefix(line, "//") {
			b.WriteString(line)
			continue
		}
		lines := []string{line}
		for _, t := range tokens {
			if !strings.Contains(line, t.name) {
				continue
			}
			var all []string
			for _, l := range lines {
				for k := range t.count {
					x := strings.ReplaceAll(l, t.name, strconv.Itoa(k))
					if t.more != nil {
						x = t.more(x, k)
					}
					all = append(all, x)
				}
			}
			lines = all
		}
		for _, l := range lines {
			b.WriteString(l)
		}
	}
	return b.String()
}
