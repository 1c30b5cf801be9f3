package crypto

import "strings"

// bech32Encode encodes data as Bech32 (BIP 173) in upper case, the form of age
// identities. age keeps its own encoder internal.
func bech32Encode(hrp string, data []byte) string {
	const alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
	values := regroup(data)
	sum := bech32Checksum(strings.ToLower(hrp), values)
	var b strings.Builder
	b.WriteString(strings.ToUpper(hrp))
	b.WriteByte('1')
	for _, v := range append(values, sum...) {
		b.WriteByte(alphabet[v])
	}
	return b.String()
}

// regroup turns bytes into 5-bit groups, the last one padded with zeros.
func regroup(data []byte) []byte {
	var out []byte
	acc, bits := uint(0), 0
	for _, b := range data {
		acc, bits = acc<<8|uint(b), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		out = append(out, byte(acc<<(5-bits))&31)
	}
	return out
}

func bech32Checksum(hrp string, values []byte) []byte {
	expanded := make([]byte, 0, 2*len(hrp)+1+len(values)+6)
	for i := range len(hrp) {
		expanded = append(expanded, hrp[i]>>5)
	}
	expanded = append(expanded, 0)
	for i := range len(hrp) {
		expanded = append(expanded, hrp[i]&31)
	}
	expanded = append(expanded, values...)
	expanded = append(expanded, 0, 0, 0, 0, 0, 0)
	mod := bech32Polymod(expanded) ^ 1
	sum := make([]byte, 6)
	for i := range sum {
		sum[i] = byte(mod>>(5*(5-i))) & 31
	}
	return sum
}

func bech32Polymod(values []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	chk := uint32(1)
	for _, v := range values {
		top := chk >> 25
		chk = chk&0x1ffffff<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				chk ^= g
			}
		}
	}
	return chk
}
