package model

import "lethe/recsys/api"

// People is the name of the channel that co-clicks taught.
const People = "people"

// Channel is a run of columns of the final vectors whose share of every score has a
// meaning of its own.
type Channel struct {
	Name     string
	From, To int
}

// Channeled is a model whose score is a sum over named channels.
type Channeled interface {
	// Channels cover all columns, in order.
	Channels() []Channel
}

// Parts splits the score of a user and an item, ⟨user, item⟩, by channel. The parts sum to it.
func Parts(channels []Channel, user, item []float32) []api.Part {
	parts := make([]api.Part, len(channels))
	for k, c := range channels {
		parts[k].Name = c.Name
		for x := c.From; x < c.To; x++ {
			parts[k].Score += float64(user[x]) * float64(item[x])
		}
	}
	return parts
}
