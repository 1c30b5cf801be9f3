import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ago, clock, date, number, size } from './texts.ts'

type Written = Readonly<Record<string, string>>

// What i18n/figures_test.go reads too: server and browser write the same.
const figures = JSON.parse(readFileSync('../i18n/testdata/figures.json', 'utf8')) as {
  readonly numbers: readonly { readonly n: number, readonly written: Written }[]
  readonly sizes: readonly { readonly bytes: number, readonly written: Written }[]
  readonly dates: readonly { readonly day: string, readonly written: Written }[]
}

const tags: Written = { ja: 'ja', en: 'en', es: 'es', pt: 'pt-BR', zh: 'zh-Hans' }

test('numbers and sizes are written as the server writes them', () => {
  for (const [code, lang] of Object.entries(tags)) {
    Object.assign(globalThis, { document: { documentElement: { lang } } })
    for (const { n, written } of figures.numbers) assert.equal(number(n), written[code], `${code} ${n}`)
    for (const { bytes, written } of figures.sizes) assert.equal(size(bytes), written[code], `${code} ${bytes}`)
  }
})

test('the day of a date is written as the server writes it', () => {
  const day = (_: string, values: Readonly<Record<string, string | number>> = {}) => String(values['Day'] ?? '')
  for (const code of Object.keys(tags)) {
    for (const { day: iso, written } of figures.dates) {
      const [, shown] = /(?:^|月|[^\d])(\d{1,2}º?)(?:日| )/.exec(written[code] ?? '') ?? []
      assert.equal(date(iso, day, code), shown, `${code} ${iso}`)
    }
  }
})

test('times as people read them', () => {
  assert.equal(ago(20 * 60, 'en'), '20\u00a0minutes ago')
  assert.equal(ago(3 * 3600, 'es'), 'hace 3\u00a0horas')
  assert.equal(ago(3 * 3600, 'ja'), '3時間前')
  assert.equal(ago(60, 'zh-Hans'), '1\u00a0分钟前')
})

test('days and times are those of the organisation, wherever the browser is', () => {
  const at = Date.UTC(2026, 10, 29, 16, 5) / 1000
  assert.deepEqual(clock(at, 'Asia/Tokyo'), { day: '2026-11-30', time: '01:05' })
  assert.deepEqual(clock(at, 'America/Mexico_City'), { day: '2026-11-29', time: '10:05' })
  assert.deepEqual(clock(at, 'UTC'), { day: '2026-11-29', time: '16:05' })
})
