/** Whether every page could be opened anew now: asked of each, which keeps what stands in it first. */

/** A page that is asleep says nothing, and is in the middle of nothing. */
const ANSWER_MS = 4_000

/** @param asks one a page: sends it the question, with the port for its answer */
export async function arePagesReady(
  asks: readonly ((port: MessagePort) => void)[]
): Promise<boolean> {
  const answers = await Promise.all(asks.map(answerOf))
  return !answers.includes('busy')
}

function answerOf(ask: (port: MessagePort) => void): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    const over = setTimeout(resolve, ANSWER_MS)
    port1.onmessage = ({ data }) => {
      clearTimeout(over)
      port1.close()
      resolve(data)
    }
    ask(port2)
  })
}
