import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escaped } from './html.ts'
import { blacked, Masking, type Passage, shown, tooLong } from './mask-text.ts'
import { Names } from './pack.ts'

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

test('a case that would freeze the page is not blacked out there', () => {
  const long = (text: string) => tooLong([passage('1', text)])
  const usual = Array.from({ length: 600 }, () => passage('1', 'a message of usual length\nwith three\nlines'))
  assert.equal(tooLong(usual), false)
  assert.equal(long('\n'.repeat(250_000)), true, 'line breaks')
  assert.equal(long('\n'.repeat(6_000)), true, 'lines')
  assert.equal(tooLong(Array.from({ length: 6 }, () => passage('1', 'a'.repeat(490_000)))), true, 'long texts')
  assert.equal(tooLong(Array.from({ length: 20_000 }, () => passage('1', 'a'))), true, 'names of files')
})
