// Command lethe trains recommenders, makes them forget and measures how well they
// did, without a browser: the same code that runs in the page.
//
//	lethe train     -data DIR|ZIP|demo -model NAME [-o FILE]
//	lethe recommend -model-file FILE -data DIR|ZIP|demo -user ID
//	lethe unlearn   -model-file FILE -data DIR|ZIP|demo -method NAME -forget REQUEST [-o FILE] [-receipt FILE]
//	lethe verify    RECEIPT [-data DIR|ZIP|FILE|demo] [-model-file FILE] [-html FILE]
//	lethe bench     -data DIR|ZIP|demo -models a,b -methods x,y -forget REQUEST[,REQUEST]
//	lethe tune      -data DIR|ZIP|demo -model NAME [-grid SETTINGS] [-runs FILE]
//	lethe features  -data DIR|ZIP [-o DIR]
//	lethe takedown  key|sign|publish|check
//	lethe log       -at URL [-receipts FILE]
//	lethe demo      -o DIR
//	lethe serve     [-addr 127.0.0.1:8080] [-store DIR -owner PUBLICKEY]
//
// Each command takes -json FILE ("-" for standard output). Progress goes to standard
// error. Exit status: 0 done, 1 failed, 2 wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	_ "lethe/recsys/sign/standard" // Ed25519
)

// Exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one word of the command line.
type command struct {
	name, summary string
	run           func(c *console, args []string) error
}

var commands = []command{
	{"train", "train a model and measure it", runTrain},
	{"recommend", "list what a trained model recommends to a user", runRecommend},
	{"unlearn", "make a trained model forget a request", runUnlearn},
	{"bench", "compare models, methods and requests with Retrain", runBench},
	{"tune", "search a grid of settings on validation rows", runTune},
	{"verify", "check a receipt", runVerify},
	{"report", "write the figures of the documentation", runReport},
	{"features", "compute what a catalogue's words and pictures say, to ship beside it", runFeatures},
	{"takedown", "sign, publish and check what devices are to forget", runTakedown},
	{"log", "audit a deployment's log of receipts", runLog},
	{"demo", "write the demo catalogue as files", runDemo},
	{"serve", "serve the built site on this machine", runServe},
}

// usageError is a command line that cannot be run; its text says why.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run executes one command line and returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		to, status := stdout, exitDone
		if len(args) == 0 {
			to, status = stderr, exitUsage
		}
		fmt.Fprint(to, "Lethe: a recommender that trains, recommends, forgets and proves it.\n\nUsage: lethe COMMAND [flags]\n\n")
		for _, c := range commands {
			fmt.Fprintf(to, "  %-10s %s\n", c.name, c.summary)
		}
		fmt.Fprintln(to, "\nlethe COMMAND -h lists the flags of a command.")
		return status
	}
	for _, c := range commands {
		if c.name == args[0] {
			return finish(c, newConsole(stdout, stderr), args[1:])
		}
	}
	fmt.Fprintf(stderr, "lethe: there is no command %q; lethe help lists them\n", args[0])
	return exitUsage
}

func finish(c command, con *console, args []string) int {
	err := c.run(con, args)
	con.progress.done()
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(con.stderr, "lethe %s: %s\nlethe %s -h lists the flags\n", c.name, usage.text, c.name)
		return exitUsage
	}
	fmt.Fprintf(con.stderr, "lethe %s: %s\n", c.name, strings.TrimSpace(err.Error()))
	return exitFailed
}
