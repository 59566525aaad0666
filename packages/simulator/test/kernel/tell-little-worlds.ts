/** Tells who started it, as a thread or as a process, the hashes of the little worlds. */
import { parentPort } from 'node:worker_threads'
import { littleWorlds } from './little-world.ts'

const hashes = littleWorlds()
if (parentPort === null) {
  process.stdout.write(JSON.stringify({ node: process.versions.node, hashes }))
} else {
  parentPort.postMessage(hashes)
}
