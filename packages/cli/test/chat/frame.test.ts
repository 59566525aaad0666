import assert from 'node:assert/strict'
import { type Frame, FrameWriter } from '../../src/chat/frame.ts'
import { DrawnScreen } from './drawn-screen.ts'

function rows(...texts: readonly string[]): Frame {
  return texts.map((text) => [{ column: 0, spans: [{ text }] }])
}

describe('a frame on its way to the terminal', () => {
  it('is written whole at first, and then only where it changes', () => {
    const writer = new FrameWriter({ hasColor: true })
    assert.match(writer.next(rows('one', 'two', 'three')), /\[2J.*one.*two.*three/s)
    const change = writer.next(rows('one', '2', 'three'))
    assert.match(change, /\[2;1H/)
    assert.doesNotMatch(change, /one|three|\[2J/)
    assert.equal(writer.next(rows('one', '2', 'three')), '')
  })

  it('is written whole again once it was forgotten, or is of another size', () => {
    const writer = new FrameWriter({ hasColor: true })
    writer.next(rows('one', 'two'))
    writer.forget()
    assert.match(writer.next(rows('one', 'two')), /\[2J.*one.*two/s)
    assert.match(writer.next(rows('one', 'two', 'three')), /\[2J.*one.*two.*three/s)
  })

  it('comes out as it was meant, with the cursor in its place', () => {
    const writer = new FrameWriter({ hasColor: true })
    const screen = new DrawnScreen(12, 2)
    const frame: Frame = [
      [
        { column: 0, spans: [{ text: 'ab' }] },
        { column: 6, spans: [{ text: 'cd', style: 'read' }] }
      ],
      [
        { column: 0, spans: [{ text: '> 你' }] },
        { spans: [{ text: 'x' }], isAtCursor: true }
      ]
    ]
    screen.draw(writer.next(frame))
    assert.deepEqual(screen.rows, ['ab    cd', '> 你x'])
    assert.deepEqual(screen.cursor, { row: 1, column: 4 })
    screen.draw(writer.next([...rows('other'), ...frame.slice(1)]))
    assert.deepEqual(screen.rows, ['other', '> 你x'])
    assert.deepEqual(screen.cursor, { row: 1, column: 4 })
  })

  it('has no colour where none is wanted, and styles all the same', () => {
    const frame: Frame = [[{ column: 0, spans: [{ text: 'x', style: 'read' }] }]]
    const text = new FrameWriter({ hasColor: false }).next(frame)
    assert.match(text, /\[1;4mx/)
    assert.match(new FrameWriter({ hasColor: true }).next(frame), /\[1;36mx/)
  })
})
