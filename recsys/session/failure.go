package session

import (
	"context"
	"errors"
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// errCancelled is what an observer returns to stop its job.
var errCancelled = &api.Failure{Code: api.CodeCancelled, Message: "Cancelled. Everything is as it was before."}

// unknown is the failure of a name that is not in a list.
func unknown(what, name string, known []string) error {
	return &api.Failure{Code: api.CodeBadCommand, Message: fmt.Sprintf("There is no %s %q.", what, name), Value: name,
		Remedy: fmt.Sprintf("Use one of %v.", known)}
}

// Failure is an error as the protocol tells it. Errors of data name file, line, value
// and remedy; what has no code of its own is about the input.
func Failure(err error) *api.Failure {
	var f *api.Failure
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.Canceled) {
		return errCancelled
	}
	var d *data.Error
	if errors.As(err, &d) {
		return &api.Failure{Code: api.CodeBadInput, Message: err.Error(), File: d.File, Line: d.Line, Value: d.Value, Remedy: d.Remedy}
	}
	return &api.Failure{Code: api.CodeBadInput, Message: err.Error()}
}
