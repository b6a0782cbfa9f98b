package ui

// Page is the whole page. It holds the state; everything below is given a View of it.
type Page struct{ View }

// NewPage is a page over a state, whose events go to do, and whose new components wait for pause.
func NewPage(s *State, do func(Event), pause func()) *Page {
	return &Page{View{S: s, Do: do, Pause: pause}}
}
