package cond

import (
	"errors"
	"reflect"
	"regexp"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Suggest is the nearest valid name for an expression that names something
// unknown, or "".
func Suggest(err error) string {
	var ee *ExprError
	if !errors.As(err, &ee) {
		return ""
	}
	if m := regexp.MustCompile(`unknown name (\w+)`).FindStringSubmatch(ee.Text); m != nil {
		return source.DidYouMean(m[1], fieldNames(reflect.TypeFor[Env]()))
	}
	if m := regexp.MustCompile(`type cond\.(\w+) has no field (\w+)`).FindStringSubmatch(ee.Text); m != nil {
		for _, t := range []reflect.Type{reflect.TypeFor[DNS](), reflect.TypeFor[Account](), reflect.TypeFor[EnvCode](), reflect.TypeFor[EnvEvent]()} {
			if t.Name() == m[1] {
				return source.DidYouMean(m[2], fieldNames(t))
			}
		}
	}
	return ""
}

func fieldNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("expr")
	}
	return names
}
