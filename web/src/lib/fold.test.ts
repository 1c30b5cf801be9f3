import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold, foldWithPlaces, joined, placesOf, wordsOf } from './fold.ts'

test('what people take for the same is the same', () => {
  const same = [
    ['ｻﾞﾝｷﾞｮｳ', 'ざんぎょう'], ['ザンギョウ', 'ざんぎょう'], ['ＡＢＣ１２', 'abc12'], ['Café', 'cafe\u0301'], ['JOSÉ', 'jose'], ['São', 'sao'], ['Straße', 'straße'],
    ['ΟΔΟΣ', 'οδος'], ['ﬁle', 'FILE'], ['İzmir', 'izmir'], ['zero\u200bwidth', 'zerowidth'], ['山\u3000田', '山 田'], ['パ', 'ハ\u309a'], ['ﾊﾟ', 'ぱ'], ['㍻', '平成'],
  ]
  for (const [a, b] of same) assert.equal(fold(a!), fold(b!), `${a} ${b}`)
  for (const [a, b] of [['か', 'が'], ['は', 'ぱ'], ['山', '川'], ['l', '1']]) assert.notEqual(fold(a!), fold(b!))
})

test('folding with places is folding, and every place leads back', () => {
  const texts = ['', 'plain ASCII', 'ｶﾞｷﾞ ﾊﾟ', 'e\u0301\u0302x', '\u0301start', 'ﬀ㍿', '👩‍👩‍👧 a', 'a\u202eb\r\n\tc', '한국', '\ud800 alone', 'ÄÖÜ ß ς', '\uff9eﾞ']
  for (const text of texts) {
    const folded = foldWithPlaces(text)
    assert.equal(folded.text, fold(text), JSON.stringify(text))
    assert.equal(folded.from.length, folded.text.length)
    folded.from.forEach((from, i) => assert.ok(from < folded.to[i]! && folded.to[i]! <= text.length))
  }
  const text = '担当は ｻﾞﾝｷﾞｮｳ です'
  const [[from, to] = [0, 0]] = placesOf(fold('ざんぎょう'), foldWithPlaces(text))
  assert.equal(text.slice(from, to), 'ｻﾞﾝｷﾞｮｳ')
  assert.deepEqual(wordsOf('  Zwei　ＷＯＲＴＥ zwei '), ['zwei', 'worte'])
  assert.deepEqual(joined([[4, 6], [0, 2], [2, 3], [5, 9], [7, 7]]), [[0, 3], [4, 9]])
})

test('a run of marks is folded in pieces, so that its length does not count twice', () => {
  const text = `a${'\u0301\u0316'.repeat(80_000)}b`
  const folded = foldWithPlaces(text)
  assert.equal(fold(text).replace(/\u0316/g, ''), 'ab')
  folded.from.forEach((from, i) => assert.ok(folded.to[i]! - from <= 31))
})
