package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/rng"
	"lethe/recsys/session"
)

func runRecommend(c *console, args []string) error {
	f := c.flags("recommend", "recommend -model-file FILE -data DIR|ZIP|demo -user ID [-k 20]")
	d := f.data()
	file := f.String("model-file", "", "trained model, from lethe train or unlearn -o `file`")
	user := f.String("user", "", "the user's `identifier`; visitor is the demo's visitor")
	k := f.Int("k", 20, "length of the list")
	forgot := f.String("forget", "", "the `request` that this model has forgotten, if it has")
	seed := f.Uint64("seed", 0, "seed of that request")
	if err := f.parse(args, "model-file", "data", "user"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	if *k < 1 {
		return usageError{"-k is at least 1"}
	}
	s, _, err := c.session(d)
	if err != nil {
		return err
	}
	if *forgot != "" {
		if err := forget(s, *forgot, *seed); err != nil {
			return err
		}
	}
	if err := load(s, *file); err != nil {
		return err
	}
	u := slices.Index(s.Data().UserIDs, *user)
	if u < 0 {
		return fmt.Errorf("there is no user %q in %s", *user, s.Data().Name)
	}
	r, err := s.Recommend(api.Recommend{Slot: api.Before, User: u, K: *k})
	if err != nil {
		return err
	}
	return c.result(named(s.Data(), r), listed(s.Data(), r))
}

// load reads a model file into slot Before.
func load(s *session.Session, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if _, err := s.Import(b); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// forget takes what a request names out of the open data set.
func forget(s *session.Session, request string, seed uint64) error {
	r, err := data.ParseRequest(request)
	if err != nil {
		return err
	}
	f, err := r.Resolve(s.Data(), rng.New(seed), os.ReadFile)
	if err != nil {
		return err
	}
	_, err = s.OpenDataset(data.Retain(s.Data(), f))
	return err
}

// recommended is an entry of a list as JSON shows it.
type recommended struct {
	ID    string  `json:"id"`
	Title string  `json:"title,omitempty"`
	Score float64 `json:"score"`
}

func named(d *data.Dataset, r api.Ranking) []recommended {
	out := make([]recommended, len(r.Items))
	for n, i := range r.Items {
		out[n] = recommended{ID: d.ItemIDs[i], Score: r.Scores[n]}
		if d.Catalog != nil {
			out[n].Title = d.Catalog[i].Title
		}
	}
	return out
}

func listed(d *data.Dataset, r api.Ranking) string {
	var b strings.Builder
	for n, x := range named(d, r) {
		fmt.Fprintf(&b, "%3d %9.4f  %-12s %s\n", n+1, x.Score, x.ID, x.Title)
	}
	return b.String()
}
