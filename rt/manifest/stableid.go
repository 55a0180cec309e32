package manifest

// StableID names a point across builds: FNV-1a 64 as 16 hex digits over import
// path, function, kind and ordinal, separated by NUL bytes. The ordinal is the
// point's 0-based index among the points of that function and kind in the
// package's order. Lines are no part of it.
func StableID(pkgPath, fn, kind string, ordinal int) string {
	id := appendStableID(nil, pkgPath, fn, kind, ordinal)
	return string(id)
}

func appendStableID(dst []byte, pkgPath, fn, kind string, ordinal int) []byte {
	h := uint64(14695981039346656037)
	for _, field := range [...]string{pkgPath, fn, kind} {
		for i := range len(field) {
			h = (h ^ uint64(field[i])) * fnvPrime
		}
		h *= fnvPrime // the NUL
	}
	return appendHex(dst, hashDecimal(h, ordinal))
}

const fnvPrime = 1099511628211

func hashDecimal(h uint64, n int) uint64 {
	var digits [20]byte
	i := len(digits)
	for u := uint64(max(n, 0)); ; u /= 10 {
		i--
		digits[i] = '0' + byte(u%10)
		if u < 10 {
			break
		}
	}
	for _, d := range digits[i:] {
		h = (h ^ uint64(d)) * fnvPrime
	}
	return h
}

func appendHex(dst []byte, h uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[h>>shift&0xf])
	}
	return dst
}

// setStableIDs computes the ids of all points. They share one string, which
// saves an allocation a point.
func setStableIDs(p *Package) {
	type family struct{ fn, kind string }
	ordinals := map[family]int{}
	ids := make([]byte, 0, 16*len(p.Points))
	for i := range p.Points {
		pt := &p.Points[i]
		f := family{pt.Func, pt.Kind}
		ids = appendStableID(ids, p.Path, pt.Func, pt.Kind, ordinals[f])
		ordinals[f]++
	}
	all := string(ids)
	for i := range p.Points {
		p.Points[i].StableID = all[16*i : 16*i+16]
	}
}
