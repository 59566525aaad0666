import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import { ROOT } from './tree.ts'

const MACHINE = 'packages/core/src/machine.ts'
const PORT = 'packages/host/src/ports.ts'
const SIMULATED = 'packages/simulator/src/scenario/scenario.ts'
const PAGE = 'web/src/state/app.ts'
const PATHS = 'web/src/state/peer-connections.ts'
const TEST = 'test/tidy/tree.ts'
const SYNTAX = 'no-restricted-syntax'

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const x${index} = 0\n`).join('')
}

describe('the rules', function () {
  this.timeout(60_000)
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfigFile: join(ROOT, 'test/tidy/eslint.config.mjs')
  })

  async function rulesBroken(file: string, code: string): Promise<readonly (string | null)[]> {
    const [result] = await eslint.lintText(code, { filePath: join(ROOT, file) })
    return (result?.messages ?? []).map((message) => message.ruleId ?? message.message)
  }

  const refused: readonly (readonly [what: string, file: string, code: string, rule: string])[] = [
    ['the clock', MACHINE, 'export const at: number = Date.now()', SYNTAX],
    ['chance', MACHINE, 'export const at: number = Math.random()', SYNTAX],
    ['promises', MACHINE, 'export type Later = Promise<number>', SYNTAX],
    ['asynchronous functions', MACHINE, 'export const f = async (): unknown => 1', SYNTAX],
    ['powers that differ between engines', MACHINE, 'export const p: number = 3 ** 2', SYNTAX],
    ['the clock in a simulation', SIMULATED, 'export const at: number = Date.now()', SYNTAX],
    ['chance in a simulation', SIMULATED, 'export const at: number = Math.random()', SYNTAX],
    ['default exports', PORT, 'const a = 1\nexport default a', SYNTAX],
    ['doors without names', PORT, "export * from './driver.ts'", SYNTAX],
    ['enums', PORT, 'export enum Colour { red }', SYNTAX],
    ['bare errors', PORT, "export function f(): never { throw new Error('x') }", SYNTAX],
    ['null', PORT, 'export const nothing: undefined | null = null', SYNTAX],
    ['any', PORT, 'export type Loose = any', '@typescript-eslint/no-explicit-any'],
    [
      'non-null assertions',
      PORT,
      'export const f = (a: string | undefined): string => a!',
      '@typescript-eslint/no-non-null-assertion'
    ],
    [
      'promises that nobody waits for',
      PORT,
      'export function f(p: Promise<void>): void { p.then(() => {}) }',
      '@typescript-eslint/no-floating-promises'
    ],
    ['notes to self', PORT, '// todo: later\nexport {}', 'no-warning-comments'],
    ['files over 600 lines', PORT, lines(601), 'max-lines'],
    [
      'functions over 70 lines',
      PORT,
      `export function f(): void {${'\n'.repeat(70)}}`,
      'max-lines-per-function'
    ],
    ['printing from a package', MACHINE, 'console.log(1)\nexport {}', 'no-console'],
    ['connections of WebRTC', PAGE, 'export const c = new RTCPeerConnection()', SYNTAX],
    [
      'the name of it',
      PAGE,
      "export const c: unknown = Reflect.get(self, 'RTCPeerConnection')",
      SYNTAX
    ],
    ['workers', PATHS, "export const w = new Worker('x')", SYNTAX],
    ['tests for the author alone', TEST, "it['only']('x', () => {})\nexport {}", SYNTAX],
    ['tests for nobody', TEST, "describe['skip']('x', () => {})\nexport {}", SYNTAX]
  ]

  for (const [what, file, code, rule] of refused) {
    it(`refuse ${what}`, async () => {
      assert.ok((await rulesBroken(file, code)).includes(rule))
    })
  }

  const accepted: readonly (readonly [what: string, file: string, code: string])[] = [
    ['powers of two in a machine', MACHINE, 'export const p = (n: number): number => 2 ** n\n'],
    ['a file of 600 lines', PORT, lines(600)],
    ['a function of 70 lines', PORT, `export function f(): void {${'\n'.repeat(69)}}\n`],
    [
      'connections of WebRTC where they are made',
      PATHS,
      'export const c = new RTCPeerConnection()\n'
    ],
    ['bare errors in a test', TEST, "throw new Error('x')\n"],
    ['printing from an app', 'relay/bin/sealpost-relay.js', 'console.log(1)\n']
  ]

  for (const [what, file, code] of accepted) {
    it(`accept ${what}`, async () => assert.deepEqual(await rulesBroken(file, code), []))
  }
})
