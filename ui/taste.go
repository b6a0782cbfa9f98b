package ui

// Taste is the first section: the wall of prints and the shelf beside it.
type Taste struct{ View }
