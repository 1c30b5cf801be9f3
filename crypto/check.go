package crypto

// The check character works over GF(32) with x⁵+x²+1 and α = x: the weighted
// sum Σ cᵢ·αⁱ of all 25 characters is 0. α has order 31, so every weight is
// different and every single wrong character and every swap of two is caught.

// weightedSum returns Σ symbols[i]·αⁱ.
func weightedSum(symbols []byte) byte {
	var sum byte
	for i := len(symbols) - 1; i >= 0; i-- { // Horner
		sum = timesAlpha(sum) ^ symbols[i]
	}
	return sum
}

// checkSymbol returns the symbol that, put after symbols, makes the sum 0.
func checkSymbol(symbols []byte) byte {
	sum := weightedSum(symbols)
	for range 31 - len(symbols) { // divide by α^len, for α³¹ = 1
		sum = timesAlpha(sum)
	}
	return sum
}

func timesAlpha(v byte) byte {
	v <<= 1
	if v&32 != 0 {
		v ^= 0b100101
	}
	return v
}
