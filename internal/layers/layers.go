// Package layers holds the test that says who may import whom.
package layers
