/** One function for each name that the parent may call, with what it is given. */
export type Callable = Readonly<Record<string, (detail: never) => Promise<unknown>>>

/** Lets the parent process call these, by `MeasuredProcess.call`. Keeps the process alive until its parent ends it. */
export function answerCalls(callable: Callable): void {
  process.on('message', (message) => {
    const { id, call, detail } = message as { id: number; call?: string; detail: never }
    const target = call === undefined ? undefined : callable[call]
    target?.(detail).then(
      (value) => process.send?.({ id, value }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? error.stack : String(error) })
    )
  })
  process.channel?.ref()
  process.send?.('answering')
}
