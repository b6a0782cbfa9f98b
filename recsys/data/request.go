package data

import (
	"math"
	"strconv"
	"strings"
)

// Request is a parsed request to forget. The grammar, one request a line:
//
//	users:5%   items:5%   pairs:5%       a share, chosen by a rule: :random (if none
//	users:5%:core …                      is named) :core :edge :topic :spam
//	user:ID    item:ID    pair:USER/ITEM one of them
//	session:USER/2                       what a user did in one go, the second time
//	expired:2026-12-31                   interactions that may be used up to that day
//	creator:NAME   licence:NAME          all items of a creator, or under a licence
//	category:A/B                         all items in a category or below it
//	modality:image@ITEM                  one modality of an item, or of all items in
//	modality:image@licence:NAME …        a licence, creator or category
//	file:PATH                            a batch of requests or pairs
//
// Everything after the first colon is the name, further colons included.
type Request struct {
	Text     string // as written
	Scope    Scope
	Percent  float64 // a share: in (0, 100]
	Rule     Rule    // a share's rule
	Name     string  // an identifier, USER/ITEM, a creator, a category path or a file
	Modality string  // of ScopeModality
}

// Scope is the word a request begins with.
type Scope string

// The scopes. The first three are shares.
const (
	ScopeUsers    Scope = "users"
	ScopeItems    Scope = "items"
	ScopePairs    Scope = "pairs"
	ScopeUser     Scope = "user"
	ScopeItem     Scope = "item"
	ScopePair     Scope = "pair"
	ScopeCreator  Scope = "creator"
	ScopeLicence  Scope = "licence"
	ScopeCategory Scope = "category"
	ScopeSession  Scope = "session"
	ScopeExpired  Scope = "expired"
	ScopeModality Scope = "modality"
	ScopeFile     Scope = "file"
)

var scopes = []string{"users", "items", "pairs", "user", "item", "pair", "session", "expired", "creator", "licence", "category", "modality", "file"}

// Rule says which users, items or interactions a share takes.
type Rule string

// The rules; select.go defines them exactly.
const (
	RuleRandom Rule = "random" // anyone, all equally likely
	RuleCore   Rule = "core"   // the most active users, the most popular items
	RuleEdge   Rule = "edge"   // the least active, the least popular
	RuleTopic  Rule = "topic"  // those around one category or one content neighbourhood
	RuleSpam   Rule = "spam"   // those that fit the rest least
)

var rules = []string{"random", "core", "edge", "topic", "spam"}

const grammar = "write users:5%, items:5% or pairs:5% with :core, :edge, :topic or :spam behind it, or user:ID, item:ID, " +
	"pair:USER/ITEM, session:USER/N, expired:2026-12-31, creator:NAME, licence:NAME, category:A/B, modality:image@ITEM, file:PATH"

// ParseRequest reads a request. Whether its names exist is for Resolve to find out.
func ParseRequest(s string) (Request, error) {
	s = strings.TrimSpace(s)
	word, name, found := strings.Cut(s, ":")
	r := Request{Text: s, Scope: Scope(word), Name: strings.TrimSpace(name)}
	if !found || r.Name == "" {
		return Request{}, &Error{Value: s, Problem: "this is not a request to forget", Remedy: grammar}
	}
	switch r.Scope {
	case ScopeUsers, ScopeItems, ScopePairs:
		return r.parseShare()
	case ScopeUser, ScopeItem, ScopeCreator, ScopeLicence, ScopeFile:
		return r, nil
	case ScopeCategory:
		if r.Name = strings.Trim(r.Name, "/"); r.Name == "" {
			return Request{}, &Error{Value: s, Problem: "the category is empty", Remedy: "write category:A or category:A/B"}
		}
		return r, nil
	case ScopeSession:
		if !strings.Contains(r.Name, "/") {
			return Request{}, &Error{Value: s, Problem: "the session lacks its number", Remedy: "write session:USER/1 for the first"}
		}
		return r, nil
	case ScopeExpired:
		if _, ok := parseTime(r.Name); !ok {
			return Request{}, &Error{Value: s, Problem: "this is neither a day nor seconds since 1970", Remedy: "write expired:2026-12-31"}
		}
		return r, nil
	case ScopePair:
		if !strings.Contains(r.Name, "/") {
			return Request{}, &Error{Value: s, Problem: "the pair lacks its item", Remedy: "write pair:USER/ITEM"}
		}
		return r, nil
	case ScopeModality:
		r.Modality, r.Name, found = strings.Cut(r.Name, "@")
		if !found || r.Modality == "" || r.Name == "" {
			return Request{}, &Error{Value: s, Problem: "the modality or its item is missing", Remedy: "write modality:image@ITEM"}
		}
		return r, nil
	}
	e := &Error{Value: s, Problem: "this is not a request to forget", Remedy: didYouMean(word, scopes)}
	if e.Remedy == "" {
		e.Remedy = grammar
	}
	return Request{}, e
}

// parseShare reads 5% or 5%:core out of r.Name.
func (r Request) parseShare() (Request, error) {
	share, rule, found := strings.Cut(r.Name, ":")
	r.Name, r.Rule = "", RuleRandom
	if found {
		r.Rule = Rule(rule)
		known := false
		for _, k := range rules {
			known = known || k == rule
		}
		if !known {
			e := &Error{Value: r.Text, Problem: "the rule is unknown", Remedy: didYouMean(rule, rules)}
			if e.Remedy == "" {
				e.Remedy = "the rules are " + strings.Join(rules, ", ")
			}
			return Request{}, e
		}
	}
	p, ok := percentage(share)
	if !ok || p <= 0 || p > 100 {
		return Request{}, &Error{Value: r.Text, Problem: "the share is not a percentage above 0 and up to 100", Remedy: "write " + string(r.Scope) + ":5%"}
	}
	r.Percent = p
	return r, nil
}

// percentage reads 5% or 0.25%: up to three digits before the point and six behind it.
func percentage(s string) (p float64, ok bool) {
	number, percent := strings.CutSuffix(s, "%")
	whole, part, point := strings.Cut(number, ".")
	digits := func(s string, most int) bool { return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == "" }
	if !percent || !digits(whole, 3) || point && !digits(part, 6) {
		return 0, false
	}
	p, err := strconv.ParseFloat(number, 64)
	return p, err == nil
}

// count is the share of n, rounded, at least one.
func (r Request) count(n int) int {
	return min(n, max(1, int(math.Floor(float64(r.Percent*float64(n))/100+0.5))))
}
