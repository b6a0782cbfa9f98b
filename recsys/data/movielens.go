package data

import (
	"cmp"
	"slices"
	"strings"
)

// MovieLens (Harper & Konstan 2015) comes in three layouts. In all of them a
// rating of at least 4 (Options.MinRating) is an interaction, the 5-core of users
// and films (Options.Core) is kept, and the catalogue is made of titles, genres
// and tags: the genres and the distinct tags of a film, the most given first, are
// its description, its first genre its category. Tags are words of users; a
// request to forget a user does not reach into the catalogue.

// readMovieLensCSV reads ml-latest, ml-latest-small and ml-25m: movies.csv,
// ratings.csv and perhaps tags.csv.
func readMovieLensCSV(f folder, opt Options) (*source, error) {
	r := newMovieLens("ratings.csv", &opt)
	content, err := f.readText("movies.csv")
	if err != nil {
		return nil, err
	}
	t, err := csvTable("movies.csv", content)
	if err != nil {
		return nil, err
	}
	if err := r.readFilms(t); err != nil {
		return nil, err
	}
	if f.has("tags.csv") {
		if content, err = f.readText("tags.csv"); err != nil {
			return nil, err
		}
		if err := r.readTags(content); err != nil {
			return nil, err
		}
	}
	if content, err = f.readText(r.s.file); err != nil {
		return nil, err
	}
	if t, err = csvTable(r.s.file, content); err != nil {
		return nil, err
	}
	return r.readRatings(f, t)
}

// readMovieLens1M reads movies.dat and ratings.dat, columns separated by "::".
func readMovieLens1M(f folder, opt Options) (*source, error) {
	r := newMovieLens("ratings.dat", &opt)
	b, err := f.read("movies.dat")
	if err != nil {
		return nil, err
	}
	t, err := plainTable("movies.dat", latin1(b), "::", "movieId", "title", "genres")
	if err != nil {
		return nil, err
	}
	if err := r.readFilms(t); err != nil {
		return nil, err
	}
	content, err := f.readText(r.s.file)
	if err != nil {
		return nil, err
	}
	if t, err = plainTable(r.s.file, content, "::", "userId", "movieId", "rating", "timestamp"); err != nil {
		return nil, err
	}
	return r.readRatings(f, t)
}

// readMovieLens100K reads u.data, separated by tabs, and u.item, separated by
// bars with nineteen columns of 0 or 1 for the genres at the end. Without u.item
// there is no catalogue.
func readMovieLens100K(f folder, opt Options) (*source, error) {
	r := newMovieLens("u.data", &opt)
	if f.has("u.item") {
		b, err := f.read("u.item")
		if err != nil {
			return nil, err
		}
		columns := append([]string{"movieId", "title", "release", "video", "url"}, genres100K...)
		t, err := plainTable("u.item", latin1(b), "|", columns...)
		if err != nil {
			return nil, err
		}
		if err := r.readFilms(t); err != nil {
			return nil, err
		}
	} else {
		r.closed = false
	}
	content, err := f.readText(r.s.file)
	if err != nil {
		return nil, err
	}
	t, err := plainTable(r.s.file, content, "\t", "userId", "movieId", "rating", "timestamp")
	if err != nil {
		return nil, err
	}
	return r.readRatings(f, t)
}

// genres100K are the genre columns of u.item in the order of its README.
var genres100K = []string{"unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
	"Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"}

func newMovieLens(file string, opt *Options) *interactionReader {
	return &interactionReader{s: &source{name: "movielens", file: file, core: 5}, users: newIDTable(), items: newIDTable(),
		closed: true, minRating: cmp.Or(opt.MinRating, 4)}
}

// readFilms fills the catalogue. Genres are one column with bars or, without a
// column of that name, one column of 0 or 1 each.
func (r *interactionReader) readFilms(t *table) error {
	id, err := t.need("movieId")
	if err != nil {
		return err
	}
	title, err := t.need("title")
	if err != nil {
		return err
	}
	genres := t.column("genres")
	for {
		ok, err := t.next()
		if !ok || err != nil {
			return err
		}
		name, err := t.id(id)
		if err != nil {
			return err
		}
		item := Item{Title: strings.Clone(t.cell(title))}
		var list []string
		if genres >= 0 && t.cell(genres) != "(no genres listed)" {
			list = splitList(t.cell(genres), "|")
		}
		for k, g := range genres100K {
			if genres < 0 && k > 0 && t.cell(t.column(g)) == "1" {
				list = append(list, g)
			}
		}
		if len(list) > 0 {
			item.Description = strings.Join(list, ", ")
			item.Category = list[:1:1]
		}
		if err := r.addItem(t.file, t.line, name, item); err != nil {
			return err
		}
	}
}

// splitList cuts a list and drops what is empty.
func splitList(s, sep string) []string {
	var list []string
	for part := range strings.SplitSeq(s, sep) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, strings.Clone(part))
		}
	}
	return list
}

// readTags appends to each film's description its tags in lower case, the most
// given first, then by alphabet.
func (r *interactionReader) readTags(content string) error {
	t, err := csvTable("tags.csv", content)
	if err != nil {
		return err
	}
	film, err := t.need("movieId")
	if err != nil {
		return err
	}
	tag, err := t.need("tag")
	if err != nil {
		return err
	}
	count := make([]map[string]int, len(r.items.ids))
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		i, known := r.items.number[t.cell(film)]
		if !known {
			return &Error{File: t.file, Line: t.line, Value: t.cell(film), Problem: "the film is not in movies.csv", Remedy: "bring files of one release"}
		}
		if count[i] == nil {
			count[i] = map[string]int{}
		}
		if s := strings.ToLower(t.cell(tag)); s != "" {
			count[i][strings.Clone(s)]++
		}
	}
	for i, tags := range count {
		list := make([]string, 0, len(tags))
		for s := range tags {
			list = append(list, s)
		}
		slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(tags[b], tags[a]), cmp.Compare(a, b)) })
		item := &r.s.catalog[i]
		item.Description = strings.Join(append(splitList(item.Description, ", "), list...), ", ")
	}
	return nil
}

func (r *interactionReader) readRatings(f folder, t *table) (*source, error) {
	user, err := t.need("userId")
	if err != nil {
		return nil, err
	}
	item, err := t.need("movieId")
	if err != nil {
		return nil, err
	}
	rating, err := t.need("rating")
	if err != nil {
		return nil, err
	}
	if err := r.readTable(t, user, item, columns{rating, t.column("timestamp"), -1, -1}); err != nil {
		return nil, err
	}
	return r.done(f)
}

// done adds the feature files, whose rows follow the catalogue.
func (r *interactionReader) done(f folder) (*source, error) {
	s := r.s
	s.users, s.items = r.users.ids, r.items.ids
	var err error
	if s.modalities, err = readModalities(f); err != nil || len(s.modalities) == 0 {
		return s, err
	}
	if !r.closed {
		return nil, &Error{Value: s.modalities[0].Name, Problem: "there are features, but no catalogue tells whose they are",
			Remedy: "bring catalog.csv with the ids in the order of the features"}
	}
	return s, s.modalities[0].checkRows(len(s.items), "the catalogue")
}
