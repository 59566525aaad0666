import assert from 'node:assert/strict'
import { Driver, type DriverOptions } from '@sealpost/host'
import { ManualClock, MemoryDisk, MemoryLog, settle } from '@sealpost/host/testing'
import {
  type NotebookEffect,
  type NotebookInput,
  NotebookMachine,
  type NoteInput
} from './notebook-machine.ts'

type Options = DriverOptions<NotebookEffect, NotebookMachine>
type NotebookDriver = Driver<NotebookInput, NotebookEffect, NotebookMachine>

/** A driver of a notebook, what it runs on, and all it did. */
export class Scene {
  readonly disk = new MemoryDisk()
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  /** What was said, a crash and a restart among it. */
  readonly events: string[] = []
  readonly crashes: Error[] = []
  onSay: ((text: string) => void) | undefined
  #driver: NotebookDriver | undefined

  get driver(): NotebookDriver {
    assert.ok(this.#driver)
    return this.#driver
  }

  get machine(): NotebookMachine {
    const { machine } = this.driver
    assert.ok(machine)
    return machine
  }

  /** Without mutations and so on it is a handle that does nothing. */
  note(note: Omit<NoteInput, 'type' | 'atMs'> = {}): NoteInput {
    return { type: 'note', atMs: this.driver.now(), ...note }
  }

  async restart(): Promise<void> {
    await settle()
    this.clock.advance(10_000)
    await settle()
    assert.equal(this.driver.isRunning, true)
  }

  static async start(options: Partial<Options> = {}): Promise<Scene> {
    const scene = new Scene()
    scene.#driver = await Driver.start<NotebookInput, NotebookEffect, NotebookMachine>({
      open: () => scene.disk.open(),
      restore: (_store, atMs) => Promise.resolve(new NotebookMachine(atMs)),
      clock: scene.clock,
      log: scene.log,
      perform: (effects) => {
        for (const { text } of effects) {
          scene.events.push(text)
          scene.onSay?.(text)
        }
      },
      onCrash: (error) => {
        scene.crashes.push(error)
        scene.events.push('crash')
      },
      onRestart: () => {
        scene.events.push('restart')
      },
      ...options
    })
    return scene
  }
}
