import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isOnlyHere, linkIn, pageLink } from '../src/state/page-link.ts'

const LINK = 'sealpost:i/AQAT-_82'

describe('a link as an address of the page', () => {
  it('is beneath the page, wherever in it the person is', () => {
    for (const page of [
      'https://a.example/',
      'https://a.example/#/chat/7',
      'https://a.example/#'
    ]) {
      assert.equal(pageLink(LINK, page), 'https://a.example/#/i/AQAT-_82')
    }
    assert.equal(pageLink(LINK, 'https://a.example/x/#/add'), 'https://a.example/x/#/i/AQAT-_82')
  })

  const texts: readonly (readonly [text: string, link: string | undefined])[] = [
    [LINK, LINK],
    [`  ${LINK}\n`, LINK],
    ['https://a.example/#/i/AQAT-_82', LINK],
    ['Talk to me: http://127.0.0.1:7700/#/i/AQAT-_82 soon', LINK],
    ['和我交谈：https://a.example/#/i/AQAT-_82。', LINK],
    ['SEALPOST:i/AQAT-_82', LINK],
    ['https://a.example/#/chat/AQAT', undefined],
    ['sealpost:', undefined],
    ['hello', undefined],
    ['', undefined]
  ]

  for (const [text, link] of texts) {
    it(`is ${link === undefined ? 'not ' : ''}found in ${JSON.stringify(text)}`, () => {
      assert.equal(linkIn(text), link)
    })
  }

  it('is found again, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,300}$/), (payload) => {
        const link = `sealpost:i/${payload}`
        assert.equal(linkIn(`<${pageLink(link, 'https://a.example/#/add')}>`), link)
      })
    )
  })

  it('says when nobody else can open it', () => {
    const pages = ['http://127.0.0.1:7700/', 'http://localhost/', 'http://[::1]:80/']
    assert.deepEqual(pages.map(isOnlyHere), [true, true, true])
    assert.deepEqual(['https://a.example/', 'http://192.0.2.7:7700/'].map(isOnlyHere), [
      false,
      false
    ])
  })
})
