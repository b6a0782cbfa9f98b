package edge

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Cloudflare's limits on a _headers file (its configuration parser's MAX_HEADER_RULES and MAX_LINE_LENGTH).
const (
	maxRules = 100
	maxLine  = 2000
)

// Rules are the rules of a _headers file in their order.
type Rules []rule

// rule is what to do with the headers of paths that match. All matching rules apply, one after the other.
type rule struct {
	path    string
	matches *regexp.Regexp
	host    bool // matches is for https://host/path, not for the path alone
	unset   []string
	set     []header
}

type header struct{ name, value string }

// ParseHeaders reads a _headers file in Cloudflare's format:
//
//	/path/*            a path, or https://host/path; one * matches anything and :name one segment
//	  Name: value      set; the value may hold :splat and :name
//	  ! Name           drop what was set before
//	# comment
//
// Cloudflare skips what it cannot read and publishes the site without it. A missing security header is worse than a site
// that does not start, so here each such line is an error that names it. The rules that could be read are returned besides.
func ParseHeaders(src []byte) (Rules, error) {
	var rules Rules
	var errs []error
	open := false // whether a rule has begun, so that header lines have an owner
	for i, line := range bytes.Split(src, []byte("\n")) {
		text := string(bytes.TrimSpace(line))
		if text == "" || text[0] == '#' {
			continue
		}
		var err error
		switch {
		case len(text) > maxLine:
			err = fmt.Errorf("%d characters, the limit is %d: split the rule", len(text), maxLine)
		case isPath(text):
			var r rule
			if r, err = newRule(text); err == nil {
				rules = append(rules, r)
			}
			open = err == nil
		case !open:
			err = fmt.Errorf("%q belongs to no rule: write a path above it that begins with /", text)
		default:
			err = rules[len(rules)-1].add(text)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("_headers line %d: %w", i+1, err))
		}
	}
	if len(rules) > maxRules {
		errs = append(errs, fmt.Errorf("_headers: %d rules, the limit is %d: merge some", len(rules), maxRules))
	}
	for i, r := range rules {
		if len(r.set)+len(r.unset) == 0 {
			errs = append(errs, fmt.Errorf("_headers: rule %q has no headers: add one or remove it", r.path))
		}
		if slices.ContainsFunc(rules[:i], func(o rule) bool { return o.path == r.path }) {
			errs = append(errs, fmt.Errorf("_headers: two rules for %q, of which only the last would count: merge them", r.path))
		}
	}
	return rules, errors.Join(errs...)
}

// isPath tells a path from a header line as Cloudflare does.
func isPath(line string) bool {
	first := strings.Fields(line)[0]
	return line[0] == '/' || strings.Index(first, "://") > 0
}

// newRule compiles a path: * is .*, :name is one segment of a path or one label of a host.
func newRule(pattern string) (rule, error) {
	r := rule{path: pattern, host: pattern[0] != '/'}
	hostEnd := 0
	if r.host {
		rest, ok := strings.CutPrefix(pattern, "https://")
		host, _, slash := strings.Cut(rest, "/")
		if !ok || host == "" || !slash {
			return r, fmt.Errorf("%q is not a path: begin it with / or https://host/", pattern)
		}
		if regexp.MustCompile(`:\d+$`).MatchString(host) {
			return r, fmt.Errorf("%q names a port: leave it out, rules match on every port", pattern)
		}
		hostEnd = len("https://") + len(host)
	}
	var re strings.Builder
	seen := map[string]bool{}
	last := 0
	for _, at := range regexp.MustCompile(`\*|:[A-Za-z]\w*`).FindAllStringIndex(pattern, -1) {
		re.WriteString(regexp.QuoteMeta(pattern[last:at[0]]))
		name := pattern[at[0]+1 : at[1]]
		if name == "" {
			name = "splat"
		}
		if seen[name] {
			return r, fmt.Errorf("%q uses * or a name twice: Cloudflare allows each once in a path", pattern)
		}
		seen[name] = true
		switch {
		case pattern[at[0]] == '*':
			re.WriteString(`(?P<splat>.*)`)
		case at[0] < hostEnd:
			re.WriteString(`(?P<` + name + `>[^/.]+)`)
		default:
			re.WriteString(`(?P<` + name + `>[^/]+)`)
		}
		last = at[1]
	}
	re.WriteString(regexp.QuoteMeta(pattern[last:]))
	var err error
	if r.matches, err = regexp.Compile("^" + re.String() + "$"); err != nil {
		return r, fmt.Errorf("%q is not a path: %w", pattern, err) // bytes that are not UTF-8
	}
	return r, nil
}

// add reads one header line into the rule. A name given twice is joined with a comma.
func (r *rule) add(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		dropped, ok := strings.CutPrefix(line, "! ")
		if !ok {
			return fmt.Errorf("%q is not a header: write Name: value, or ! Name to drop one", line)
		}
		r.unset = append(r.unset, strings.TrimSpace(dropped))
		return nil
	}
	name, value = http.CanonicalHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
	if name == "" || value == "" || strings.Contains(name, " ") {
		return fmt.Errorf("%q is not a header: write Name: value", line)
	}
	for i := range r.set {
		if r.set[i].name == name {
			r.set[i].value += ", " + value
			return nil
		}
	}
	r.set = append(r.set, header{name, value})
	return nil
}

// Wrap returns next with the rules applied to every answer, whatever its status, after next has set its own headers.
func (rs Rules) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hw := &headerWriter{ResponseWriter: w, rules: rs, path: r.URL.EscapedPath(), host: r.Host}
		next.ServeHTTP(hw, r)
		if !hw.sent {
			hw.WriteHeader(http.StatusOK)
		}
	})
}

// apply changes h as Cloudflare does: the first rule that sets a header replaces it, later ones add to it with a comma.
func (rs Rules) apply(h http.Header, host, path string) {
	host, _, _ = strings.Cut(host, ":")
	wasSet := map[string]bool{}
	for _, r := range rs {
		subject := path
		if r.host {
			subject = "https://" + host + path
		}
		groups := r.matches.FindStringSubmatch(subject)
		if groups == nil {
			continue
		}
		var captured []string
		for i, name := range r.matches.SubexpNames()[1:] {
			captured = append(captured, ":"+name, groups[i+1])
		}
		fill := strings.NewReplacer(captured...) // in one pass, so that a captured ":name" is not filled again
		for _, name := range r.unset {
			h.Del(name)
		}
		for _, s := range r.set {
			value := fill.Replace(s.value)
			if old := h.Get(s.name); wasSet[s.name] && old != "" {
				value = old + ", " + value
			}
			h.Set(s.name, value)
			wasSet[s.name] = true
		}
	}
}

// headerWriter applies the rules at the last moment before the headers leave.
type headerWriter struct {
	http.ResponseWriter
	rules      Rules
	host, path string
	sent       bool
}

func (w *headerWriter) WriteHeader(status int) {
	if !w.sent {
		w.sent = true
		w.rules.apply(w.Header(), w.host, w.path)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *headerWriter) Write(b []byte) (int, error) {
	if !w.sent {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *headerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
