//go:build js && !lab

package unlearn

const research = false

var adapters, compared []Method

var makers map[string]func(options []string) (Method, error)
