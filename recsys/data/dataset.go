// Package data holds what a recommender learns from: interactions in CSR,
// features per modality, the catalogue, splits and forget sets; and the
// loaders that read them from files.
package data

import (
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// Interactions is a binary users×items matrix in CSR. Row u holds the items
// Item[Ptr[u]:Ptr[u+1]], strictly ascending.
type Interactions struct {
	Users, Items int
	Ptr          []int32 // Users+1
	Item         []int32
}

// Len is the number of interactions.
func (x *Interactions) Len() int { return len(x.Item) }

// Row returns the items of user u, ascending. Do not write to it.
func (x *Interactions) Row(u int) []int32 { return x.Item[x.Ptr[u]:x.Ptr[u+1]] }

// Modality is one kind of content. Rows has a feature vector per item
// (items×F); Has[i] tells whether item i has this modality (nil: all have it).
// Neighbors is the item graph that came with the data, or nil.
type Modality struct {
	Name      string
	Rows      dense.Matrix
	Has       []bool
	Neighbors *Neighbors
}

// Neighbors lists for every item its K nearest items by cosine, best first
// (ItemID and Cos are items×K; the item itself may be among them). A list that
// ends early, because items were forgotten, has -1 and 0 from there on.
type Neighbors struct {
	K      int
	ItemID []int32
	Cos    []float32
}

// Item is what the catalogue knows about an item. All fields may be empty.
// Category is a path from general to special: {"Botanical", "Fern"}.
type Item struct {
	Title, Description string
	Creator, Licence   string
	Category           []string
	Image              string // relative URL or path
}

// Dataset is everything loaded from one place. UserIDs and ItemIDs are the
// identifiers in the files; index u or i stands for them everywhere else.
type Dataset struct {
	Name             string
	UserIDs, ItemIDs []string
	Train            *Interactions
	Valid, Test      *Interactions
	Modalities       []Modality
	Catalog          []Item // per item, or nil
	// Events are the times of training interactions, ordered by user, then item; nil where the
	// source has none. Models do not learn from them.
	Events []Event
}

// Users is the number of users.
func (d *Dataset) Users() int { return len(d.UserIDs) }

// Items is the number of items.
func (d *Dataset) Items() int { return len(d.ItemIDs) }

// Modality returns the modality of a name, or nil.
func (d *Dataset) Modality(name string) *Modality {
	for k := range d.Modalities {
		if d.Modalities[k].Name == name {
			return &d.Modalities[k]
		}
	}
	return nil
}

// Keys returns the random-stream key of each identifier. Streams follow the
// identifier and not the row number, so data loaded without some users gives
// everyone else the streams they had.
func Keys(ids []string) []uint64 {
	k := make([]uint64, len(ids))
	for i, id := range ids {
		k[i] = rng.HashString(id)
	}
	return k
}

// Pair is one interaction.
type Pair struct{ User, Item int32 }
