package i18n

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// byReading compares Japanese names of countries by how they are read, in the order of
// the fifty sounds as in JIS X 4061: ー counts as the vowel before it, small kana as
// large ones, and voiced sounds as unvoiced ones unless all else is the same. The
// collation of x/text knows neither readings nor ー.
func byReading(list []Country) func(a, b string) int {
	keys := make(map[string]string, len(list))
	for _, c := range list {
		keys[c.Name] = sounds(c.Name) + "\x00" + reading(c.Name)
	}
	return func(a, b string) int { return strings.Compare(keys[a], keys[b]) }
}

// readings are the words in names of countries that are not written in kana.
var readings = strings.NewReplacer(
	"日本", "ニホン", "中国", "チュウゴク", "韓国", "カンコク", "北朝鮮", "キタチョウセン", "台湾", "タイワン", "香港", "ホンコン",
	"合衆国領有小離島", "ガッシュウコクリョウユウショウリトウ", "合衆国", "ガッシュウコク", "首長国", "シュチョウコク", "中央", "チュウオウ",
	"民主共和国", "ミンシュキョウワコク", "共和国", "キョウワコク", "連邦", "レンポウ", "市国", "シコク", "国", "コク",
	"英領", "エイリョウ", "仏領", "フツリョウ", "米領", "ベイリョウ", "領", "リョウ", "赤道", "セキドウ", "南極", "ナンキョク", "極南", "キョクナン",
	"東", "ヒガシ", "西", "ニシ", "南", "ミナミ", "北", "キタ", "洋", "ヨウ", "地域", "チイキ", "諸島", "ショトウ", "島", "トウ", "及び", "オヨビ",
)

// reading returns a name in katakana, without what is not read.
func reading(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("・（）() ", r) {
			return -1
		}
		return r
	}, readings.Replace(name))
}

// vowels are the katakana that end in each vowel, by that vowel.
var vowels = map[rune]string{
	'ア': "アカサタナハマヤラワ", 'イ': "イキシチニヒミリ", 'ウ': "ウクスツヌフムユル", 'エ': "エケセテネヘメレ", 'オ': "オコソトノホモヨロヲ",
}

var largeKana = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ", "ヮ", "ワ")

// sounds returns what a name is sorted by first.
func sounds(name string) string {
	var b strings.Builder
	last := 'ー'
	for _, r := range largeKana.Replace(norm.NFD.String(reading(name))) {
		if r == '\u3099' || r == '\u309a' { // what makes a sound a voiced one
			continue
		}
		if r == 'ー' {
			for vowel, kana := range vowels {
				if strings.ContainsRune(kana, last) {
					r = vowel
				}
			}
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
