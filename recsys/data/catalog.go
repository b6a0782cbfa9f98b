package data

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// readCatalog reads the project's own layout:
//
//	catalog.json       [{"id", "title", "description", "creator", "licence", "category", "image"}, …]
//	catalog.csv        the same as columns
//	interactions.csv   user, item and perhaps rating, timestamp, expires (a day or seconds since
//	                   1970; empty: never), split (train, valid, test)
//	interactions.json  the same as objects
//
// Only id is required of an item. category goes from general to special, either
// a list or a path with slashes. Feature files have their rows in catalogue
// order. Without a catalogue the items are those with interactions.
func readCatalog(f folder, opt Options) (*source, error) {
	s := &source{name: "catalogue", file: "interactions.csv"}
	if !f.has(s.file) {
		s.file = "interactions.json"
	}
	if !f.has(s.file) && !opt.Alone {
		return nil, &Error{Value: strings.Join(f.names, " "), Problem: "there is a catalogue, but no interactions.csv or interactions.json",
			Remedy: "bring one with columns user and item"}
	}
	r := interactionReader{s: s, users: newIDTable(), items: newIDTable(), minRating: opt.MinRating}
	if err := r.readItems(f); err != nil {
		return nil, err
	}
	if f.has(s.file) {
		content, err := f.readText(s.file)
		if err == nil && strings.HasSuffix(s.file, ".json") {
			err = r.readJSON(content)
		} else if err == nil {
			err = r.readCSV(content)
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := r.done(f); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.catalog, func(i Item) bool { return !i.empty() }) {
		s.catalog = nil
	}
	return s, nil
}

func (i Item) empty() bool {
	return i.Title+i.Description+i.Creator+i.Licence+i.Image == "" && len(i.Category) == 0
}

// interactionReader collects interactions of named users and items.
type interactionReader struct {
	s            *source
	users, items *idTable
	closed       bool // items beyond those in the table are errors
	minRating    float64
}

func (r *interactionReader) readItems(f folder) error {
	file := "catalog.json"
	if !f.has(file) {
		file = "catalog.csv"
	}
	if !f.has(file) {
		return nil
	}
	r.closed = true
	content, err := f.readText(file)
	if err != nil {
		return err
	}
	if file == "catalog.csv" {
		err = r.readItemsCSV(file, content)
	} else {
		err = jsonList(file, content, func(line int, e catalogEntry) error {
			return r.addItem(file, line, string(e.ID), Item{e.Title, e.Description, e.Creator, e.Licence, e.Category, e.Image})
		})
	}
	if err == nil && len(r.items.ids) == 0 {
		err = &Error{File: file, Problem: "the catalogue is empty", Remedy: "bring at least one item"}
	}
	return err
}

func (r *interactionReader) readItemsCSV(file, content string) error {
	t, err := csvTable(file, content)
	if err != nil {
		return err
	}
	id, err := t.need("id")
	if err != nil {
		return err
	}
	title, description, creator := t.column("title"), t.column("description"), t.column("creator")
	licence, category, image := t.column("licence", "license"), t.column("category"), t.column("image")
	for {
		ok, err := t.next()
		if !ok || err != nil {
			return err
		}
		name, err := t.id(id)
		if err != nil {
			return err
		}
		err = r.addItem(file, t.line, name, Item{t.cell(title), t.cell(description), t.cell(creator), t.cell(licence),
			splitPath(t.cell(category)), t.cell(image)})
		if err != nil {
			return err
		}
	}
}

func (r *interactionReader) addItem(file string, line int, id string, item Item) error {
	if id == "" {
		return &Error{File: file, Line: line, Problem: "the item has no id", Remedy: "give it one"}
	}
	if n := int(r.items.add(id)); n < len(r.s.catalog) {
		return &Error{File: file, Line: line, Value: id, Problem: "the id was used for an item before", Remedy: "give every item its own"}
	}
	r.s.catalog = append(r.s.catalog, item)
	return checkEntities(file, "items", len(r.s.catalog))
}

// splitPath cuts a category path at its slashes, dropping empty steps.
func splitPath(s string) []string {
	var path []string
	for step := range strings.SplitSeq(s, "/") {
		if step = strings.TrimSpace(step); step != "" {
			path = append(path, step)
		}
	}
	return path
}

func (r *interactionReader) readCSV(content string) error {
	t, err := csvTable(r.s.file, content)
	if err != nil {
		return err
	}
	user, err := t.need("user", "user_id", "userId")
	if err != nil {
		return err
	}
	item, err := t.need("item", "item_id", "itemId")
	if err != nil {
		return err
	}
	return r.readTable(t, user, item, columns{t.column("rating"), t.column("timestamp"), t.column("expires"), t.column("split", "x_label")})
}

// columns are those of a table of interactions that may be missing: -1.
type columns struct{ rating, time, until, label int }

// readTable reads the lines of a table.
func (r *interactionReader) readTable(t *table, user, item int, c columns) error {
	r.s.timed, r.s.expires, r.s.labelled = c.time >= 0, c.until >= 0, c.label >= 0
	for {
		ok, err := t.next()
		if !ok || err != nil {
			return err
		}
		rec := record{line: int32(t.line)}
		u, err := t.id(user)
		if err != nil {
			return err
		}
		i, err := t.id(item)
		if err != nil {
			return err
		}
		stars := math.Inf(1)
		if c.rating >= 0 {
			if stars, err = t.number(c.rating); err != nil {
				return err
			}
		}
		if rec.time, err = t.time(c.time); err != nil {
			return err
		}
		if rec.until, err = t.end(c.until); err != nil {
			return err
		}
		if c.label >= 0 {
			if rec.label, err = t.label(c.label); err != nil {
				return err
			}
		}
		if err := r.add(t.file, u, i, stars, rec); err != nil {
			return err
		}
	}
}

// add appends an interaction if its rating is high enough.
func (r *interactionReader) add(file, user, item string, rating float64, rec record) error {
	if _, known := r.items.number[item]; r.closed && !known {
		return &Error{File: file, Line: int(rec.line), Value: item, Problem: "the item is not in the catalogue",
			Remedy: cmp.Or(didYouMean(item, r.items.ids), "add it there, or leave the interaction out")}
	}
	if rating < r.minRating {
		return nil
	}
	rec.user, rec.item = r.users.add(user), r.items.add(item)
	r.s.records = append(r.s.records, rec)
	if len(r.s.records) > math.MaxInt32 {
		return &Error{File: file, Line: int(rec.line), Problem: "there are more than 2³¹ interactions"}
	}
	return cmp.Or(checkEntities(file, "users", len(r.users.ids)), checkEntities(file, "items", len(r.items.ids)))
}

func (r *interactionReader) readJSON(content string) error {
	first := true
	return jsonList(r.s.file, content, func(line int, e interactionEntry) error {
		rec := record{line: int32(line), time: e.Timestamp}
		if e.Expires != "" {
			end, ok := parseTime(string(e.Expires))
			if !ok {
				return badEnd(r.s.file, line, string(e.Expires))
			}
			rec.until, r.s.expires = end, true
		}
		if first {
			r.s.labelled, r.s.timed, first = e.Split != "", true, false
		}
		if e.User == "" || e.Item == "" {
			return &Error{File: r.s.file, Line: line, Problem: "the interaction lacks its user or its item", Remedy: "name both"}
		}
		if r.s.labelled || e.Split != "" {
			t := table{file: r.s.file, line: line, fields: []string{e.Split}, header: []string{"split"}}
			var err error
			if rec.label, err = t.label(0); err != nil {
				return err
			}
		}
		if !r.s.labelled && e.Split != "" {
			return &Error{File: r.s.file, Line: line, Value: e.Split, Problem: "only some interactions have a split", Remedy: "give all one, or none"}
		}
		rating := math.Inf(1)
		if e.Rating != nil {
			rating = *e.Rating
		}
		return r.add(r.s.file, string(e.User), string(e.Item), rating, rec)
	})
}

type catalogEntry struct {
	ID          jsonID   `json:"id"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Creator     string   `json:"creator,omitempty"`
	Licence     string   `json:"licence,omitempty"`
	Category    jsonPath `json:"category,omitempty"`
	Image       string   `json:"image,omitempty"`
}

type interactionEntry struct {
	User      jsonID   `json:"user"`
	Item      jsonID   `json:"item"`
	Rating    *float64 `json:"rating"`
	Timestamp float64  `json:"timestamp"`
	Expires   jsonID   `json:"expires"`
	Split     string   `json:"split"`
}

// jsonID is an identifier: a string or a whole number.
type jsonID string

func (id *jsonID) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*id = jsonID(strings.TrimSpace(s))
		return nil
	}
	if _, err := strconv.ParseInt(string(b), 10, 64); err != nil {
		return errors.New("an identifier is neither text nor a whole number")
	}
	*id = jsonID(b)
	return nil
}

// jsonPath is a category: a list of strings or one string with slashes.
type jsonPath []string

func (p *jsonPath) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*p = splitPath(s)
		return nil
	}
	var list []string
	if json.Unmarshal(b, &list) != nil {
		return errors.New("a category is neither text nor a list of texts")
	}
	*p = list
	return nil
}

// jsonList reads a JSON list one element at a time, with the line on which each
// element begins. Lines are counted here, from where the decoder stood after the last good
// token: where it stands after a bad one differs between versions of Go.
func jsonList[T any](file, content string, each func(line int, element T) error) error {
	d := json.NewDecoder(strings.NewReader(content))
	line, at := 1, 0
	next := func(skip string) { // moves line and at to what comes after the last token
		rest := strings.TrimLeft(content[d.InputOffset():], skip)
		to := len(content) - len(rest)
		line += strings.Count(content[at:to], "\n")
		at = to
	}
	fail := func(err error) error {
		e := Error{File: file, Line: line, Problem: "this is not a JSON list of objects", Remedy: "write [{…}, {…}]"}
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			e.Problem, e.Remedy = "the "+wrong.Field+" is a "+wrong.Value+", which does not belong there", ""
		} else if err != nil && !errors.Is(err, io.EOF) {
			e.Problem += " (" + err.Error() + ")"
		}
		return &e
	}
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return fail(err)
	}
	const blanks = " \t\r\n"
	for next(blanks); d.More(); next("," + blanks) {
		var element T
		if err := d.Decode(&element); err != nil {
			return fail(err)
		}
		if err := each(line, element); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fail(err)
	}
	if next(blanks); at < len(content) {
		return &Error{File: file, Line: line, Value: content[at:], Problem: "something follows the JSON list", Remedy: "bring one list per file"}
	}
	return nil
}
