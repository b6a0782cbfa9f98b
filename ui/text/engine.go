package text

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// message is one that the engine may write: what stands between its gaps {0}, {1} …, and a translation with the same gaps in any order.
type message struct {
	pieces      []string
	translation string
}

// spoken are the engine's messages in a language other than English: whole ones by their text, those with gaps in the order
// in which they are tried, the one that says most by itself first.
type spoken struct {
	whole map[string]string
	gaps  []message
}

// inGerman is made when the first message comes, not when the page starts.
var inGerman = sync.OnceValue(func() spoken {
	s := spoken{whole: map[string]string{}}
	for _, list := range [][][2]string{engineGerman, dataGerman, methodsGerman, checksGerman} {
		for _, m := range list {
			english := plain(m[0])
			if !strings.Contains(english, "{0}") {
				s.whole[english] = m[1]
				continue
			}
			s.gaps = append(s.gaps, message{between(english), m[1]})
		}
	}
	size := func(m message) int { return len(strings.Join(m.pieces, "")) }
	slices.SortStableFunc(s.gaps, func(a, b message) int { return size(b) - size(a) })
	return s
})

// between is what stands between the gaps of a sentence.
func between(s string) []string {
	var pieces []string
	for n := 0; ; n++ {
		before, after, found := strings.Cut(s, "{"+strconv.Itoa(n)+"}")
		if pieces = append(pieces, before); !found {
			return pieces
		}
		s = after
	}
}

// plain is a message without the capital and the full stop that a sentence has.
func plain(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// Said is a message of the engine, which speaks English, in the language lang, and the language that it is in then: one that nobody has
// translated stays English, one that the page itself wrote stays as it is. Messages inside of messages, and joined ones, are translated too.
func Said(lang, s string) (said, in string) {
	if lang != "de" || s == "" {
		return s, "en"
	}
	if said, ok := inGerman().say(s); ok {
		return said, lang
	}
	for _, own := range catalogs[lang] {
		if p := between(plain(own)); len(p) == 1 && p[0] == plain(s) || len(p) > 1 && len(p[0]) > 0 && (message{pieces: p}).match(plain(s)) != nil {
			return s, lang
		}
	}
	return s, "en"
}

// say translates a message, if it is known.
func (m spoken) say(s string) (string, bool) {
	s = plain(s)
	if said, ok := m.whole[s]; ok {
		return said, true
	}
	if first, second, ok := strings.Cut(s, "; "); ok { // two messages that the engine joined
		a, knowsFirst := m.say(first)
		if b, knowsSecond := m.say(second); knowsFirst && knowsSecond {
			return a + "; " + b, true
		}
	}
	for _, known := range m.gaps {
		if args := known.match(s); args != nil {
			said := known.translation
			for n, a := range args {
				if inner, ok := m.say(a); ok {
					a = strings.TrimSuffix(inner, ".")
				}
				said = strings.ReplaceAll(said, "{"+strconv.Itoa(n)+"}", a)
			}
			return said, true
		}
	}
	for at := range s { // a name: a message, a message: "a value"
		if !strings.HasPrefix(s[at:], ": ") {
			continue
		}
		first, second := s[:at], s[at+len(": "):]
		if b, knows := m.say(second); knows {
			return first + ": " + b, true
		}
		if a, knows := m.say(first); knows && strings.HasPrefix(second, `"`) {
			return a + ": " + second, true
		}
	}
	return "", false
}

// match is what fills the gaps of the message in s, nil where s is another message.
func (m message) match(s string) []string {
	last := len(m.pieces) - 1
	s, ok := strings.CutPrefix(s, m.pieces[0])
	if !ok {
		return nil
	}
	if s, ok = strings.CutSuffix(s, m.pieces[last]); !ok {
		return nil
	}
	var args []string
	for _, p := range m.pieces[1:last] {
		a, rest, ok := strings.Cut(s, p)
		if !ok || a == "" {
			return nil
		}
		args, s = append(args, a), rest
	}
	if s == "" {
		return nil
	}
	return append(args, s)
}
