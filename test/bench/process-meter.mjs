/**
 * Loaded before a measured process's own code (`node --import`): answers over the channel to its parent what the operating system
 * says it has used. Plain JavaScript, since loading the first TypeScript file alone takes 50 MB.
 *
 * What is asked and answered: `measured-process.ts`.
 */
import { readFile } from 'node:fs/promises'

let profiling

/** Of the resident memory what are pages of files, which the system takes back when it needs room. NaN where it does not say. */
async function mappedBytes() {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  return Number(/^RssFile:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}

async function answer(question, detail) {
  switch (question) {
    case 'usage': {
      const { user, system } = process.cpuUsage()
      const main = process.threadCpuUsage()
      return {
        cpuUs: user + system,
        mainThreadUs: main.user + main.system,
        rssBytes: process.memoryUsage.rss(),
        mappedBytes: await mappedBytes(),
        heapBytes: process.memoryUsage().heapUsed
      }
    }
    case 'profile-start': {
      const { Session } = await import('node:inspector/promises')
      profiling = new Session()
      profiling.connect()
      await profiling.post('Profiler.enable')
      await profiling.post('Profiler.setSamplingInterval', { interval: detail.intervalUs })
      await profiling.post('Profiler.start')
      return undefined
    }
    case 'profile-stop': {
      const { writeFile } = await import('node:fs/promises')
      const { profile } = await profiling.post('Profiler.stop')
      profiling.disconnect()
      await writeFile(detail.path, JSON.stringify(profile))
      return undefined
    }
    default:
      return undefined
  }
}

if (process.send !== undefined) {
  process.on('message', (message) => {
    if (message?.meter !== undefined) {
      answer(message.meter, message.detail).then(
        (value) => process.send({ id: message.id, value }),
        (error) => process.send({ id: message.id, error: String(error?.stack ?? error) })
      )
    }
  })
  // Measuring keeps no process alive that would end by itself, and one whose parent is gone has nobody left to answer.
  process.channel.unref()
  process.on('disconnect', () => process.exit(1))
}
