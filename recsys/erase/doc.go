// Package erase makes forgetting real: it keeps data, model and preferences in a store, takes
// out what somebody asked to be forgotten in one transaction that survives any crash, and
// hands out a receipt.
//
//	intent → hidden → compute → generation aside → audits → switch → purge → receipt
//
// What is found open at the start is finished forward. A request has a random identifier, and
// whatever is done under it twice is done once.
//
// The package computes nothing itself and knows no clock: Work does, and times are handed in.
package erase
