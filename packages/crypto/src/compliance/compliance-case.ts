import type { SignalEngine } from '../signal-engine.ts'

/** Makes the engine under test, fresh or shared. */
export type EngineFactory = () => SignalEngine | Promise<SignalEngine>

/** One thing that every engine does. It needs no test runner: `run` throws where the engine does otherwise. */
export interface ComplianceCase {
  readonly title: string
  readonly run: (makeEngine: EngineFactory) => Promise<void>
}
