/** What every `Transport` and `Listener` must keep, and the streams between them. */
import type { FrameStream } from '../ports.ts'
import { type ComplianceTest, expectFailure } from './expectation.ts'
import { numbered, streamChecks } from './stream-checks.ts'
import { End, Scene, type TransportWorld } from './transport-scene.ts'

/** What the suite needs of an adapter. */
export interface TransportComplianceOptions {
  /** `onStream` attaches at once. */
  readonly prepare: (onStream: (stream: FrameStream) => void) => Promise<TransportWorld>
  /** Whether worlds have `dialBytes`. */
  readonly hasBytes: boolean
}

type Check = (scene: Scene, world: TransportWorld) => Promise<void>

const LISTENER: Readonly<Record<string, Check>> = {
  async 'keeps the connections there are when it takes no more'(scene, world) {
    const { near, far } = await scene.connect()
    await world.listener.stopAccepting()
    await expectFailure(scene.dial(), 'SEALPOST_DIAL_FAILED')
    near.stream.send(numbered(1, 10))
    far.stream.send(numbered(2, 10))
    await scene.until(() => near.frameCount + far.frameCount === 2, 'the connection is gone')
  }
}

/** The suite, for an adapter's tests to register. */
export function transportCompliance(
  options: TransportComplianceOptions
): readonly ComplianceTest[] {
  const { hasBytes, prepare } = options
  const checks: Readonly<Record<string, Check>> = { ...streamChecks(hasBytes), ...LISTENER }
  return Object.entries(checks).map(([title, check]) => ({
    title,
    async run() {
      const accepted: End[] = []
      const world = await prepare((stream) => {
        accepted.push(new End(stream))
      })
      try {
        await check(new Scene(world, accepted), world)
      } finally {
        await world.cleanUp()
      }
    }
  }))
}
