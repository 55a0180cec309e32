package manifest

// StableID names a point across builds: 16 hex digits of FNV-1a 64 over the
// kind, a NUL byte and the decimal ordinal. The hash starts with the
// declaration's key in place of the usual constant, and a final mix makes
// neighbours look different.
func StableID(decl uint64, kind string, ordinal int) string {
	return string(appendStableID(nil, decl, kind, ordinal))
}

func appendStableID(dst []byte, decl uint64, kind string, ordinal int) []byte {
	h := decl
	for i := range len(kind) {
		h = (h ^ uint64(kind[i])) * fnvPrime
	}
	h *= fnvPrime // the NUL byte
	return appendHex(dst, mix(hashDecimal(h, ordinal)))
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

// mix maps different words to different words.
func mix(h uint64) uint64 {
	for range 2 {
		h = (h ^ h>>32) * 0xd6e8feb86659fd93
	}
	return h ^ h>>32
}

func appendHex(dst []byte, h uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[h>>shift&0xf])
	}
	return dst
}

// setStableIDs computes the ids of all points. They share one string, which
// saves an allocation for each point.
func setStableIDs(p *Package) {
	ids := make([]byte, 0, 16*len(p.Points))
	for i := range p.Points {
		pt := &p.Points[i]
		ids = appendStableID(ids, pt.Decl, pt.Kind, pt.Ordinal)
	}
	all := string(ids)
	for i := range p.Points {
		p.Points[i].StableID = all[16*i : 16*i+16]
	}
}
