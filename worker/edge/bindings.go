package edge

// Bindings is what a platform lends the API. Stores become fields here, each an interface with one implementation beside
// [OpenBindings] in bindings_js.go and a twin in bindings_memory.go.
type Bindings struct {
	// Deployment is the platform's id of the running deployment, empty where there is none.
	Deployment string
}
