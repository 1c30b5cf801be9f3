import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newIdentity, open, recipientOf } from '../../crypto/seal.ts'
import { escaped } from '../export/html.ts'
import { Names } from '../export/names.ts'
import { faultOf, openLabels, sealLabels, tidy, TooMuch } from '../../crypto/labelset.ts'
import { blacked, Masking, type Passage, shown } from '../export/mask-text.ts'
import { fold, foldWithPlaces, joined, placesOf, wordsOf } from '../../lib/fold.ts'
import { Index, part, snippet } from './search-index.ts'

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

const facts = (id: string, received: string, more = {}) => ({ case: id.padEnd(32, '0'), queue: 'hr', category: 'other', state: 'received', received, assignee: '', ...more })

test('every word has to occur somewhere in a case, and the newest case comes first', () => {
  const index = new Index()
  index.add({ facts: facts('aa11bb22', '2026-01-01'), labels: ['Line 3'], parts: [part('report', '第二工場で残業代が支払われない'), part('note', 'ask payroll'), part('label', 'Line 3')] })
  index.add({ facts: facts('cc', '2026-03-01', { queue: 'compliance', state: 'closed' }), labels: ['Line 3', 'Bribe'], parts: [part('report', 'El señor Gómez pide dinero'), part('file', 'recibo.pdf')] })
  index.add({ facts: facts('dd', '2026-02-01'), labels: [], parts: [part('report', 'Nothing of interest')] })
  const find = (text: string, more = {}) => index.find({ text, queue: '', state: '', labels: [], ...more }).map(({ facts }) => facts.case.slice(0, 2))
  assert.deepEqual(find(''), ['cc', 'dd', 'aa'])
  assert.deepEqual(find('残業'), ['aa'])
  assert.deepEqual(find('残業 PAYROLL'), ['aa'])
  assert.deepEqual(find('残業 gomez'), [])
  assert.deepEqual(find('gomez RECIBO'), ['cc'])
  assert.deepEqual(find('aa11bb22'), ['aa'])
  assert.deepEqual(find('', { labels: ['Line 3'] }), ['cc', 'aa'])
  assert.deepEqual(find('', { labels: ['Line 3', 'Bribe'] }), ['cc'])
  assert.deepEqual(find('', { queue: 'hr', state: 'received' }), ['dd', 'aa'])
  assert.deepEqual(index.labels(), [['Line 3', 2], ['Bribe', 1]])
  assert.deepEqual([...index.values('state')].sort(), ['closed', 'received'])
  index.clear()
  assert.deepEqual(find(''), [])
})

test('a snippet shows the hit and whole characters', () => {
  const one = (text: string) => ({ facts: facts('aa', '2026-01-01'), labels: [], parts: [part('note', 'elsewhere'), part('report', text)] })
  const text = `${'👩‍👩‍👧'.repeat(40)} Gómez and more${' x'.repeat(200)}`
  const found = snippet(one(text), 'GOMEZ')!
  assert.equal(found.kind, 'report')
  assert.deepEqual(found.pieces.filter(({ hit }) => hit).map((p) => p.text), ['Gómez'])
  assert.deepEqual(found.cut, [true, true])
  const all = found.pieces.map((p) => p.text).join('')
  assert.ok(all.isWellFormed?.() ?? true)
  assert.ok(text.includes(all) && all.length < 250)
  assert.equal(snippet(one('<b>&amp;'), '<b>')!.pieces[0]!.text, '<b>')
})

test('labels are sealed in one size, and open for their case alone', async () => {
  const identity = await newIdentity()
  const recipient = await recipientOf(identity)
  const id = 'ab'.repeat(16)
  const sizes = new Set<number>()
  for (const labels of [[], ['短い'], Array.from({ length: 10 }, (_, i) => `label ${i} of some length`)]) {
    const sealed = await sealLabels(id, labels, recipient)
    sizes.add(sealed.length)
    assert.deepEqual(await openLabels(sealed, identity, id), labels)
    assert.equal((await open(sealed, identity)).length, 512)
    await assert.rejects(openLabels(sealed, identity, 'cd'.repeat(16)))
  }
  assert.equal(sizes.size, 1)
  const many = Array.from({ length: 10 }, (_, i) => `${i}${'漢'.repeat(39)}`)
  assert.throws(() => sealLabels(id, many, recipient), TooMuch)
  assert.equal(faultOf('', [], id), 'empty')
  assert.equal(faultOf('x'.repeat(41), [], id), 'long')
  assert.equal(faultOf('x', many, id), 'many')
  assert.equal(faultOf('漢'.repeat(40), many.slice(0, 4), id), 'room')
  assert.equal(faultOf('残業', ['Line 3'], id), undefined)
  assert.equal(tidy('  a\u202e\n b\u200b '), 'a b')
})

const passage = (key: string, text: string): Passage => ({ key, label: '', text, language: '' })

test('what is blacked out is gone, whatever its length', () => {
  const masking = new Masking([passage('1', '山田太郎さんと Ｙａｍａｄａ さん'), passage('2', 'JOSÉ and jose\u200b; José'), passage('3', 'a b')])
  assert.equal(masking.word('Yamada'), 1)
  assert.equal(masking.word('yamada'), 0, 'once more')
  assert.equal(masking.word('山田 太郎'), 1, 'a name without its blank')
  assert.equal(masking.word('jose'), 3)
  assert.equal(masking.word('nobody'), 0)
  const now = () => masking.passages.map((p) => masking.shown(p).text)
  assert.deepEqual(now(), [`${blacked}さんと ${blacked} さん`, `${blacked} and ${blacked}[U+200B]; ${blacked}`, 'a b'])
  masking.piece('3', [0, 1])
  masking.piece('3', [1, 3])
  assert.deepEqual(now()[2], blacked, 'pieces that touch are one')
  assert.equal(masking.piece('3', [0, 2]), false)
  assert.equal(masking.pieces, 6)
  masking.undo()
  assert.deepEqual(now()[2], `${blacked} b`)
  masking.without('jose')
  assert.equal(now()[1], 'JOSÉ and jose[U+200B]; José')
  masking.whole(['2'])
  assert.equal(now()[1], blacked)
  while (masking.undo());
  assert.equal(masking.any, false)
})

test('a place in what is shown leads to the text', () => {
  const { text, from, to } = shown('ab\u202ecd😀e', [[1, 2]])
  assert.equal(text, `a${blacked}[U+202E]cd😀e`)
  assert.deepEqual([from[1], to[4]], [1, 2])
  const code = text.indexOf('[')
  assert.deepEqual([from[code], to[code + 7]], [2, 3])
  assert.deepEqual([from[text.length - 1], to[text.length - 1]], [7, 8])
})

test('file names are safe, and each its own', () => {
  const names = new Names()
  const takes: [string, string][] = [
    ['../../etc/passwd', '_.._etc_passwd'], ['a.pdf', 'a.pdf'], ['A.PDF', 'A (2).PDF'], ['a.pdf', 'a (3).pdf'], ['CON', '_CON'], ['nul.txt', '_nul.txt'], ['photo\u202egpj.exe', 'photo_gpj.exe'],
    ['x\r\ny\0.txt', 'x__y_.txt'], ['...', 'file'], ['', 'file (2)'], ['end. . ', 'end'], ['写真😀.jpg', '写真😀.jpg'], ['C:\\temp\\x', 'C__temp_x'], ['COM¹.log', '_COM¹.log'],
  ]
  for (const [name, wanted] of takes) assert.equal(names.take(name), wanted, JSON.stringify(name))
  const long = names.take(`${'長'.repeat(300)}.jpeg`)
  assert.ok(new TextEncoder().encode(long).length <= 200 && long.endsWith('.jpeg'))
})

test('markup in a text stays a text', () => {
  assert.equal(escaped(`<script>alert("x")</script> & 'y'`), '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;')
})
