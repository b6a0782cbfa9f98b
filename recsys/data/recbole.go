package data

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/dense"
)

// RecBole's atomic files (Zhao et al. 2021) are tab-separated tables whose
// columns carry a type: token, float, token_seq and float_seq, sequences
// separated by blanks. NAME.inter needs user_id and item_id; a split may come as
// NAME.train.inter, NAME.valid.inter, NAME.test.inter. In NAME.item a column
// title or name is the title, category, class or genre the category (a sequence
// is a path), creator, brand, artist or author the creator, a float_seq column
// a modality (named by what precedes the first underscore), and other token_seq columns the description. NAME.user
// is not read: no model here uses what users are.

func isRecBole(f folder) bool {
	files := f.ending(".inter")
	if len(files) == 0 {
		return false
	}
	content, err := f.readText(files[0])
	first, _, _ := strings.Cut(content, "\n")
	return err == nil && strings.Contains(first, ":")
}

func readRecBole(f folder, opt Options) (*source, error) {
	files := f.ending(".inter")
	s := &source{file: files[0], name: strings.SplitN(files[0], ".", 2)[0]}
	r := &interactionReader{s: s, users: newIDTable(), items: newIDTable(), minRating: opt.MinRating}
	if items := f.ending(".item"); len(items) == 1 {
		content, err := f.readText(items[0])
		if err != nil {
			return nil, err
		}
		r.closed = true
		if err := r.readAtomicItems(items[0], content); err != nil {
			return nil, err
		}
	}
	own := s.modalities
	s.labelled = len(files) > 1
	labels := map[string]uint8{}
	for _, file := range files {
		var err error
		if labels[file], err = labelOfFile(file, len(files)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(labels[a], labels[b]) })
	for _, file := range files {
		content, err := f.readText(file)
		if err != nil {
			return nil, err
		}
		if err := r.readAtomicInter(file, content, labels[file]); err != nil {
			return nil, err
		}
	}
	s.labelled = len(files) > 1 // readTable knows of columns only
	if _, err := r.done(f); err != nil {
		return nil, err
	}
	for _, m := range own {
		if slices.ContainsFunc(s.modalities, func(o Modality) bool { return o.Name == m.Name }) {
			return nil, &Error{File: s.name + ".item", Value: m.Name, Problem: "a feature file brings this modality too", Remedy: "keep one of them"}
		}
		s.modalities = append(s.modalities, m)
	}
	slices.SortFunc(s.modalities, func(a, b Modality) int { return strings.Compare(a.Name, b.Name) })
	return s, nil
}

// labelOfFile reads the part out of NAME.train.inter.
func labelOfFile(file string, files int) (uint8, error) {
	if files == 1 {
		return labelTrain, nil
	}
	parts := strings.Split(file, ".")
	t := table{file: file, fields: []string{parts[max(0, len(parts)-2)]}, header: []string{"part in the file's name"}}
	return t.label(0)
}

// typed splits the header "name:type" of a table.
func (t *table) typed() (types []string, err error) {
	types = make([]string, t.width)
	for k, h := range t.header {
		name, kind, ok := strings.Cut(h, ":")
		if !ok || !slices.Contains([]string{"token", "float", "token_seq", "float_seq"}, kind) {
			return nil, &Error{File: t.file, Line: 1, Value: h, Problem: "the column has no type",
				Remedy: "write name:token, name:float, name:token_seq or name:float_seq"}
		}
		t.header[k], types[k] = name, kind
	}
	return types, nil
}

func (r *interactionReader) readAtomicInter(file, content string, label uint8) error {
	t, err := plainTable(file, content, "\t")
	if err != nil {
		return err
	}
	if _, err := t.typed(); err != nil {
		return err
	}
	user, err := t.need("user_id")
	if err != nil {
		return err
	}
	item, err := t.need("item_id")
	if err != nil {
		return err
	}
	before := len(r.s.records)
	if err := r.readTable(t, user, item, columns{t.column("rating"), t.column("timestamp"), t.column("expires"), -1}); err != nil {
		return err
	}
	for k := before; k < len(r.s.records); k++ {
		r.s.records[k].label = label
	}
	return nil
}

func (r *interactionReader) readAtomicItems(file, content string) error {
	t, err := plainTable(file, content, "\t")
	if err != nil {
		return err
	}
	types, err := t.typed()
	if err != nil {
		return err
	}
	id, err := t.need("item_id")
	if err != nil {
		return err
	}
	title, creator := t.column("title", "name", "movie_title", "item_name"), t.column("creator", "brand", "artist", "author")
	category := t.column("category", "categories", "class", "genre", "genres")
	for k, kind := range types {
		if kind != "float_seq" {
			continue
		}
		m := Modality{}
		m.Name, _, _ = strings.Cut(t.header[k], "_")
		if slices.ContainsFunc(r.s.modalities, func(o Modality) bool { return o.Name == m.Name }) {
			return &Error{File: file, Line: 1, Value: m.Name, Problem: "two columns bring features of this modality", Remedy: "keep one of them"}
		}
		r.s.modalities = append(r.s.modalities, m)
	}
	for {
		ok, err := t.next()
		if !ok || err != nil {
			return err
		}
		name, err := t.id(id)
		if err != nil {
			return err
		}
		item := Item{Title: strings.Clone(t.cell(title)), Creator: strings.Clone(t.cell(creator))}
		if category >= 0 {
			item.Category = splitList(t.cell(category), " ")
			if types[category] == "token" {
				item.Category = splitPath(strings.Clone(t.cell(category)))
			}
		}
		var words []string
		vector := 0
		for k, kind := range types {
			switch {
			case kind == "float_seq":
				if err := appendVector(&r.s.modalities[vector].Rows, t, k); err != nil {
					return err
				}
				vector++
			case kind == "token_seq" && k != title && k != creator && k != category && t.cell(k) != "":
				words = append(words, t.cell(k))
			}
		}
		item.Description = strings.Join(words, " ")
		if err := r.addItem(file, t.line, name, item); err != nil {
			return err
		}
	}
}

// appendVector adds a row from a float_seq cell; all rows have the length of the first.
func appendVector(m *dense.Matrix, t *table, col int) error {
	list := strings.Fields(t.cell(col))
	if m.Rows == 0 {
		m.Cols = len(list)
	}
	if len(list) != m.Cols || len(list) == 0 {
		return &Error{File: t.file, Line: t.line, Value: strconv.Itoa(len(list)), Problem: "the " + t.header[col] + " has another length than on the first line",
			Remedy: "give every item as many numbers"}
	}
	for _, s := range list {
		x, err := strconv.ParseFloat(s, 32)
		if err != nil || x-x != 0 {
			return &Error{File: t.file, Line: t.line, Value: s, Problem: "the " + t.header[col] + " is not made of finite numbers", Remedy: "write them in digits"}
		}
		m.Data = append(m.Data, float32(x))
	}
	m.Rows++
	return nil
}
