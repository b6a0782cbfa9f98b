package api

// OpComputes is an event with ID 0: Computes, when a backend is chosen for a job and it
// is not the one before, and when one was lost.
const OpComputes Op = "computes"

// Computes tells what the engine computes with, and why.
type Computes struct {
	Backend string `json:"backend"`
	Why     Why    `json:"why"`
	// Times is how many times faster than the other backend it was measured to be on this
	// machine, for jobs of this kind and size; 0 where nothing was measured.
	Times   float64 `json:"times,omitempty"`
	Adapter string  `json:"adapter,omitempty"` // the graphics adapter, as the browser names it
	Message string  `json:"message,omitempty"` // of the failure, for WhyLost
}

// Why is a reason for a backend. The set is closed.
type Why string

// The reasons.
const (
	WhyAsked    Why = "asked"    // the job or the page's address names it
	WhyMeasured Why = "measured" // it was faster here
	WhyNoGPU    Why = "no_gpu"   // no usable graphics adapter
	WhySoftware Why = "software" // the adapter is a program on the processor
	WhyLost     Why = "lost"     // the device failed in the middle of a job, which goes on
)
