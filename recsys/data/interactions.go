package data

import (
	"fmt"
	"math"
	"slices"
)

// FromPairs builds the matrix of the given interactions, in any order. It is an
// error if a pair lies outside users×items or comes twice. pairs stays as it is.
func FromPairs(users, items int, pairs []Pair) (*Interactions, error) {
	if users < 0 || items < 0 || users >= math.MaxInt32 || items > math.MaxInt32 || len(pairs) > math.MaxInt32 {
		return nil, fmt.Errorf("interactions of %d users and %d items do not fit 32-bit indices", users, items)
	}
	x := &Interactions{Users: users, Items: items, Ptr: make([]int32, users+1), Item: make([]int32, len(pairs))}
	for _, p := range pairs {
		if p.User < 0 || int(p.User) >= users || p.Item < 0 || int(p.Item) >= items {
			return nil, fmt.Errorf("interaction of user %d with item %d lies outside %d users and %d items", p.User, p.Item, users, items)
		}
		x.Ptr[p.User+1]++
	}
	for u := range users {
		x.Ptr[u+1] += x.Ptr[u]
	}
	at := slices.Clone(x.Ptr)
	for _, p := range pairs {
		x.Item[at[p.User]] = p.Item
		at[p.User]++
	}
	for u := range users {
		row := x.Row(u)
		slices.Sort(row)
		for k := 1; k < len(row); k++ {
			if row[k] == row[k-1] {
				return nil, fmt.Errorf("interaction of user %d with item %d comes twice", u, row[k])
			}
		}
	}
	return x, nil
}

// mustFromPairs is for pairs taken out of a valid matrix.
func mustFromPairs(users, items int, pairs []Pair) *Interactions {
	x, err := FromPairs(users, items, pairs)
	if err != nil {
		panic("data: pairs of a valid matrix do not form one")
	}
	return x
}

// Pairs lists all interactions, ordered by user, then item.
func (x *Interactions) Pairs() []Pair {
	p := make([]Pair, 0, x.Len())
	for u := range x.Users {
		for _, i := range x.Row(u) {
			p = append(p, Pair{int32(u), i})
		}
	}
	return p
}

// Has tells whether user u has item i, by binary search in the row.
func (x *Interactions) Has(u, i int) bool {
	_, ok := slices.BinarySearch(x.Row(u), int32(i))
	return ok
}

// Transpose is the items×users matrix: its row i lists the users of item i, ascending.
func (x *Interactions) Transpose() *Interactions {
	t := &Interactions{Users: x.Items, Items: x.Users, Ptr: make([]int32, x.Items+1), Item: make([]int32, x.Len())}
	for _, i := range x.Item {
		t.Ptr[i+1]++
	}
	for i := range x.Items {
		t.Ptr[i+1] += t.Ptr[i]
	}
	at := slices.Clone(t.Ptr)
	for u := range x.Users {
		for _, i := range x.Row(u) {
			t.Item[at[i]] = int32(u)
			at[i]++
		}
	}
	return t
}

// Degrees counts the interactions of every user and of every item.
func (x *Interactions) Degrees() (users, items []int32) {
	users, items = make([]int32, x.Users), make([]int32, x.Items)
	for u := range users {
		users[u] = x.Ptr[u+1] - x.Ptr[u]
	}
	for _, i := range x.Item {
		items[i]++
	}
	return users, items
}
