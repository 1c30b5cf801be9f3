import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { piecesOf } from './marks.ts'

// What server/view/marks_test.go reads too.
const vectors = JSON.parse(readFileSync('../server/view/testdata/marks.json', 'utf8')) as readonly { readonly name: string, readonly text: string, readonly shown: string }[]

test('somebody else\'s text is shown as the server shows it', () => {
  for (const { name, text, shown } of vectors) assert.equal(piecesOf(text).map((piece) => piece.text).join(''), shown, name)
})

test('every piece knows where it stands', () => {
  const text = `a\u202eb${'\u200b'.repeat(9)}e${'\u0301'.repeat(12)}`
  let at = 0
  for (const { from, to, mark, text: shown } of piecesOf(text)) {
    assert.equal(from, at)
    assert.equal(mark, shown !== text.slice(from, to))
    at = to
  }
  assert.equal(at, text.length)
})

test('a text made to keep a browser busy becomes a few pieces', () => {
  for (const [name, text] of Object.entries({
    'characters that turn text': '\u202e'.repeat(29_990),
    'marks on one letter': `a${'\u0301'.repeat(15_000)}${'\u0316'.repeat(15_000)}`,
    'half a megabyte of marks': `a${'\u0301'.repeat(250_000)}`,
  })) {
    const pieces = piecesOf(text)
    assert.ok(pieces.length <= 2 && pieces.every((piece) => piece.text.length < 30), `${name}: ${pieces.length} pieces`)
  }
})
