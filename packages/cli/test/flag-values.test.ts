import assert from 'node:assert/strict'
import {
  readChoice,
  readDeviceNumber,
  readEvery,
  readExpiry,
  readKeep,
  readTimeout,
  readTimer
} from '../src/flag-values.ts'

const USAGE = { code: 'SEALPOST_USAGE' }

describe('a timeout', () => {
  it('is seconds, up to a day', () => {
    assert.equal(readTimeout('15'), 15_000)
    assert.equal(readTimeout('0.25'), 250)
    assert.equal(readTimeout('0.0001'), 1)
    assert.equal(readTimeout('86400'), 86_400_000)
  })

  for (const text of [
    '0',
    '86400.1',
    '-1',
    '1e3',
    ' 1',
    '1s',
    '',
    '.',
    'NaN',
    'Infinity',
    '0x10'
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => readTimeout(text), USAGE)
    })
  }
})

describe('an expiry', () => {
  it('is minutes, hours or days, from one minute to a year and a day', () => {
    assert.equal(readExpiry('1m'), 60_000)
    assert.equal(readExpiry('12h'), 43_200_000)
    assert.equal(readExpiry('30d'), 2_592_000_000)
    assert.equal(readExpiry('527040m'), 31_622_400_000)
    assert.equal(readExpiry('366d'), 31_622_400_000)
  })

  for (const text of [
    '0m',
    '367d',
    '8785h',
    '527041m',
    '7',
    'd',
    '7D',
    '1.5h',
    '-1d',
    '7 d',
    '9999999m'
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => readExpiry(text), USAGE)
    })
  }
})

describe('how often backups are made', () => {
  it('is hours or days, from an hour to 90 days, or off', () => {
    assert.equal(readEvery('1h'), 3_600_000)
    assert.equal(readEvery('90d'), 7_776_000_000)
    assert.equal(readEvery('off'), 'off')
    for (const text of ['0h', '91d', '2161h', '59m', '1', 'on', '', '1.5d']) {
      assert.throws(() => readEvery(text), USAGE, text)
    }
  })

  it('leaves from one of them to a thousand', () => {
    assert.deepEqual([readKeep('1'), readKeep('1000')], [1, 1_000])
    for (const text of ['0', '1001', '-1', '', 'all']) {
      assert.throws(() => readKeep(text), USAGE, text)
    }
  })
})

describe('the number of a device', () => {
  it('is from 1 to 127', () => {
    assert.equal(readDeviceNumber('1'), 1)
    assert.equal(readDeviceNumber('127'), 127)
  })

  for (const text of ['0', '128', '-1', '1.5', '', 'x', '0x1', '1e1']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => readDeviceNumber(text), USAGE)
    })
  }
})

describe('a choice', () => {
  it('is one of the words, and the refusal lists them', () => {
    const read = readChoice('--wait', ['on-relay', 'read'])
    assert.equal(read('read'), 'read')
    assert.throws(() => read('raed'), { ...USAGE, message: /on-relay, read/ })
  })
})

describe('a timer', () => {
  it('is off, or a number of seconds to weeks up to 366 days', () => {
    for (const [given, seconds] of [
      ['off', 0],
      ['1s', 1],
      ['90m', 5_400],
      ['1h', 3_600],
      ['1w', 604_800],
      ['366d', 31_622_400]
    ] as const) {
      assert.equal(readTimer(given), seconds)
    }
    for (const other of ['', '0s', '1', '1x', '367d', '53w', '-1s', '1.5h', 'on']) {
      assert.throws(() => readTimer(other), { code: 'SEALPOST_USAGE' })
    }
  })
})
