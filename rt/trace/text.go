package trace

import (
	"reflect"
	"strconv"
)

// appendText appends a value as people read it, with the limits of recorded values. It
// calls no code of the user and follows no pointers.
func (s *share) appendText(b []byte, v reflect.Value, depth int) []byte {
	if !v.IsValid() {
		return append(b, "nil"...)
	}
	if t := v.Type(); t.PkgPath() != "" && s.infoOf(t).hidden {
		return append(b, "«redacted»"...)
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.String:
		text := v.String()
		b = strconv.AppendQuote(b, text[:min(len(text), s.text)])
		if len(text) > s.text {
			b = append(b, "…"...)
		}
		return b
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return append(b, strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())...)
	case reflect.Interface:
		return s.appendText(b, v.Elem(), depth)
	case reflect.Struct, reflect.Array:
		return s.appendTextParts(b, v, depth)
	}
	switch {
	case v.CanInt():
		return strconv.AppendInt(b, v.Int(), 10)
	case v.CanUint():
		return strconv.AppendUint(b, v.Uint(), 10)
	case v.IsNil():
		return append(b, "nil"...)
	}
	b = append(append(b, v.Type().String()...), "(0x"...)
	b = append(strconv.AppendUint(b, uint64(v.Pointer()), 16), ')')
	if v.Kind() == reflect.Slice {
		b = strconv.AppendInt(append(b, " of "...), int64(v.Len()), 10)
	}
	return b
}

func (s *share) appendTextParts(b []byte, v reflect.Value, depth int) []byte {
	if depth >= s.depth {
		return append(b, "{…}"...)
	}
	n := v.Type().Kind()
	count := 0
	if n == reflect.Array {
		count = v.Len()
	} else {
		count = v.NumField()
	}
	b = append(b, '{')
	for i := range min(count, s.elements) {
		if i > 0 {
			b = append(b, ", "...)
		}
		if n == reflect.Array {
			b = s.appendText(b, v.Index(i), depth+1)
			continue
		}
		info := s.infoOf(v.Type())
		b = append(append(b, info.fields[i]...), ": "...)
		if info.redacted[i] {
			b = append(b, "«redacted»"...)
		} else {
			b = s.appendText(b, v.Field(i), depth+1)
		}
	}
	if count > s.elements {
		b = append(b, ", …"...)
	}
	return append(b, '}')
}
