package kb_test

import (
	"testing"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
)

func TestEmbeddedBaseCompiles(t *testing.T) {
	set, msgs := rules.Load(kb.Rules, "kb/")
	for _, m := range msgs {
		t.Error(m)
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		t.Fatal(err)
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		t.Fatal(err)
	}
	if base.Len() != len(set.Rules) || base.Len() < 19 {
		t.Errorf("compiled %d of %d rules", base.Len(), len(set.Rules))
	}
}
