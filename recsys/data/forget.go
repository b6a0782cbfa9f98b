package data

// Kind says what a request names.
type Kind string

// The kinds of requests. A user request covers all interactions of the users,
// an item request all interactions of the items and their content, a modality
// request the content of one modality of the items, a pairs request the listed
// interactions only.
const (
	ForgetUsers    Kind = "users"
	ForgetItems    Kind = "items"
	ForgetPairs    Kind = "pairs"
	ForgetModality Kind = "modality"
)

// ForgetSet is a resolved request: which facts have to go.
type ForgetSet struct {
	Kind     Kind
	Request  string  // as written, for example "users:5%:core"
	Users    []int32 // Kind users, ascending
	Items    []int32 // Kind items and modality, ascending
	Modality string  // Kind modality
	// Pairs are the training interactions that go, ordered by user, then item.
	// Empty for Kind modality.
	Pairs []Pair
}
