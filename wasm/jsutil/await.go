//go:build js && wasm

package jsutil

import (
	"errors"
	"syscall/js"
)

// Await parks its goroutine until promise settles. A value that is no promise
// is returned as it is. It must not be called inside a js.Func, which holds up the event
// loop that would settle the promise.
func Await(promise js.Value) (js.Value, error) {
	if promise.Type() != js.TypeObject || promise.Get("then").Type() != js.TypeFunction {
		return promise, nil
	}
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	fulfil := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{value: first(args)}
		return nil
	})
	defer fulfil.Release()
	reject := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{err: errors.New(Text(first(args)))}
		return nil
	})
	defer reject.Release()
	promise.Call("then", fulfil, reject)
	o := <-settled
	return o.value, o.err
}

// Try calls a method and returns what it throws as an error.
func Try(object js.Value, method string, args ...any) (v js.Value, err error) {
	err = Catch(func() { v = object.Call(method, args...) })
	return v, err
}

// Catch runs f and returns what JavaScript throws in it as an error. Other
// panics pass.
func Catch(f func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case js.Error:
			err = errors.New(Text(e.Value))
		default:
			panic(e)
		}
	}()
	f()
	return nil
}

// Text is what a thrown or rejected value says: an Error's name and message, or
// the value as a string.
func Text(v js.Value) string {
	if v.Type() == js.TypeObject && v.Get("message").Type() == js.TypeString {
		message := v.Get("message").String()
		if name := v.Get("name"); name.Type() == js.TypeString && name.String() != "Error" {
			return name.String() + ": " + message
		}
		return message
	}
	if v.Type() == js.TypeString {
		return v.String()
	}
	return js.Global().Get("String").Invoke(v).String()
}

func first(args []js.Value) js.Value {
	if len(args) == 0 {
		return js.Undefined()
	}
	return args[0]
}
