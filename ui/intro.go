package ui

// Intro says in two sentences what this is.
type Intro struct{ View }
