package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/ui/text"
)

// said are the texts of each section, by the beginnings of their keys.
var said = map[Place][]string{
	AtTaste:   {"taste.", "wall.", "shelf.", "why."},
	AtMap:     {"map."},
	AtTrain:   {"train.", "model.", "chart."},
	AtForget:  {"forget.", "kind.", "touch.", "method.", "guarantee.", "lane.", "gauge.", "way.", "erase.", "tier.", "keep."},
	AtCompare: {"compare.", "slot.", "measure", "ranks."},
	AtDoubt:   {"doubt.", "audit.", "verdict.", "chair.", "cheat.", "judged."},
	AtLab:     {"lab."},
	AtFoot:    {"foot.", "computes."},
}

// names are how the texts speak of a term where they do not use its own name.
var names = map[string]string{
	"forgetset": `[Ww]hat must go`,
	"retainset": `[Ee]very(one|body) else|the others`,
	"retrain":   `Retrain|[Tt]rain(ed|ing)? again|never knew`,
	"reverse":   `reversed preference`,
	"exact":     `\b[Ee]xact\b`,
	"heldout":   `[Hh]eld.out`,
	"worst":     `[Ww]orst`,
	"mia":       `[Mm]embership attack|MIA`,
	"recon":     `[Rr]ebuild`,
	"audit":     `[Aa]udit\b|which question`,
	"hidden":    `[Hh]idden|Only hide`,
	"theta":     `θ`,
	"auc":       `\bAUC\b`,
	"gauge":     `\b[Gg]auge\b`,
	"lethe":     `^Lethe$`,
	"simd":      `vector instructions`,
	"loss":      `^Loss$`,
	"vectors":   `[Rr]aw vectors|vector for`,
	"bpr":       `\bBPR\b`,
}

func pattern(word string) *regexp.Regexp {
	p, ok := names[word]
	if !ok {
		p = `(?i)\b` + regexp.QuoteMeta(text.Of("en", "term."+word))
		p = strings.TrimSuffix(p, "s")
	}
	return regexp.MustCompile(p)
}

// Who speaks of a term explains it, in the same section; and nothing is explained that nobody speaks of.
func TestEveryTermIsExplainedWhereItIsUsed(t *testing.T) {
	elsewhere := map[Place][]string{ // what everybody has met before they come here
		AtForget: {"model", "vbpr", "freedom", "mgcn"}, AtCompare: {"model", "forgetset"}, AtDoubt: {"model", "forgetset", "weights"},
		AtLab: {"model", "exact", "control"}, AtTaste: {"retrain", "exact"}, AtMap: {"retrain", "forgetset"}, AtTrain: {"exact"},
	}
	for place, prefixes := range said {
		var texts []string
		for _, key := range text.Keys() {
			if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
				texts = append(texts, text.Of("en", key))
			}
		}
		for _, key := range text.Keys() {
			word, isTerm := strings.CutPrefix(key, "term.")
			if !isTerm || strings.HasSuffix(word, ".is") {
				continue
			}
			speaks := slices.ContainsFunc(texts, pattern(word).MatchString)
			explains := slices.Contains(words[place], word)
			if speaks && !slices.Contains(elsewhere[place], word) {
				assert.True(t, explains, "%s speaks of %q and does not explain it", place, word)
			}
			if explains {
				assert.True(t, speaks, "%s explains %q and does not speak of it", place, word)
			}
		}
	}
}

// An abbreviation is a term, or the name of something that a visitor brings.
func TestEveryAbbreviationIsExplained(t *testing.T) {
	abbreviation := regexp.MustCompile(`\b[A-Z]{2,}[A-Za-z]*(?:@\d+|-\d+)?|\b[A-Z][a-z]+[A-Z]\w*|\w+@\d+`)
	plain := []string{"CSV", "JSON", "KB", "MB", "MMRec", "MovieLens", "RecBole"}
	for _, lang := range text.Languages {
		terms := ""
		for _, key := range text.Keys() {
			if strings.HasPrefix(key, "term.") {
				terms += " " + text.Of(lang, key)
			}
		}
		for _, key := range text.Keys() {
			for _, a := range abbreviation.FindAllString(text.Of(lang, key), -1) {
				assert.True(t, slices.Contains(plain, a) || strings.Contains(terms, a), "%s, %s: %q is not explained", lang, key, a)
			}
		}
	}
}

// Every term has a name and a sentence, stands in a section, and its button opens it.
func TestWordsOpen(t *testing.T) {
	used := map[string]bool{}
	for place, list := range words {
		for _, w := range list {
			used[w] = true
			for _, lang := range text.Languages {
				is := text.Of(lang, "term."+w+".is")
				assert.Regexp(t, `^\S.*[^.]\.$`, is, "one sentence: %s", w)
				assert.NotEqual(t, "term."+w, text.Of(lang, "term."+w))
			}
		}
		s := New(Link{})
		html := string(View{S: &s}.Words(place))
		for _, m := range regexp.MustCompile(`popovertarget="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			assert.Equal(t, 1, strings.Count(html, `id="`+m[1]+`"`))
		}
		assert.Equal(t, len(list), strings.Count(html, "<button"))
	}
	for _, key := range text.Keys() {
		if word, is := strings.CutPrefix(key, "term."); is {
			assert.True(t, used[strings.TrimSuffix(word, ".is")], "%s is explained nowhere", word)
		}
	}
	everywhere := drawn(t, New(Link{Lab: true}))
	for place := range words {
		assert.Contains(t, everywhere, `id="term-`+string(place)+`-`, "the section has its words")
	}
}
