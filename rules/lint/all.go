package lint

import "slices"

// all lists the checks, in the order of docs/lints.md. Some look at rules and at
// tests, and stand here twice.
func all() []check {
	return []check{
		// conditions
		noAnchor(), alwaysTrue(), neverTrue(), idlePart(), upperCase(), unsupplied(), dearExpression(),
		neverApplies(), versionContradiction(), shortText(), variableInText(), patternInText(), bareNumber(), noSource(), misspeltLog(),
		commonSymptom(), repeatedSymptom(), repeatedEnvironment(), groupOfOne(), pointlessCorrelation(), openEndedCorrelation(),
		weakProof(), weakSymptoms(), noProof(),
		// names and references
		sameTitle(), takenID(), fileName(), misspeltProduct(), questionCollision(), inputCollision(), aliasCollision(),
		deadReference(), repeatedReference(), retiredReference(), unusedInput(), unaskedPlaceholder(),
		// texts
		noSteps(), notAStep(), numberedStep(), stepsInOne(), repeatedStep(), noVerify(),
		noQuestion(), titleFullStop(), longTitle(), causeIsTitle(), unfinished(),
		secret(), testSecret(), personalData(), testPersonalData(), controlCharacter(), invisibleCharacter(), unformatted(),
		// tests
		noTests(), noNearMiss(), noExpectation(), sameTest(), unknownRule(), unknownSymptom(), timeDependentTest(),
		// what has changed
		noVersion(), unchangedVersion(), lowerVersion(), reusedID(), vanishedRule(),
		// suppressions: see suppress.go
		{code: "suppression"},
		{code: "expired-suppression"},
		{code: "unused-suppression"},
	}
}

// names lists the checks without their prefix, each once.
func names() (list []string) {
	for _, c := range all() {
		if !slices.Contains(list, c.code) {
			list = append(list, c.code)
		}
	}
	return list
}

func known(code string) bool { return slices.Contains(names(), code) }
