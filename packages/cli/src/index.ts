/** The door of the command, for those who run it inside a process of theirs. */
export { runSealpost, type Surroundings } from './run-sealpost.ts'
export type { Screen } from './screen/screen.ts'
