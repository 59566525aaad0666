/** Where a command writes and reads: a terminal here, or one at the other end of the home's socket. */

export interface Screen {
  /** Of the terminal that the output goes to; undefined where it goes elsewhere. */
  readonly columns: number | undefined
  /** Writes to the standard output, and a new line. Resolves when it is on its way. @throws where nobody reads any more */
  print(text: string): Promise<void>
  /** The same on the standard error. */
  warn(text: string): Promise<void>
  /** What the person types, line by line, until they end it. */
  lines(): AsyncIterable<string>
}
