/** Does something with each of many, a few at once. @returns what came of each, in their order */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>
): Promise<Result[]> {
  const results: Result[] = []
  const left = items.entries()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, item] of left) {
      results[index] = await work(item, index)
    }
  })
  await Promise.all(workers)
  return results
}
