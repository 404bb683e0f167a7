/** Work that is done in turn: what waits is taken together, up to a number; other work has its own turn between. */
export interface Queue<T, A> {
  /** Waits for its turn, or is sent away at once when too many wait. */
  readonly ask: (item: T) => Promise<A>
  /** How many wait. */
  readonly length: () => number
  readonly between: <R>(work: () => Promise<R>) => Promise<R>
}

export interface QueueOptions<T, A> {
  /** The most that are worked on together. */
  readonly most: number
  /** The most that may wait. */
  readonly waiting: () => number
  /** An answer for each, in the same order. */
  readonly work: (items: readonly T[]) => Promise<readonly A[]>
  readonly full: () => A
}

export function openQueue<T, A>(o: QueueOptions<T, A>): Queue<T, A> {
  const waiting: { readonly item: T; readonly done: PromiseWithResolvers<A> }[] = []
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = async <R>(work: () => Promise<R>): Promise<R> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const round = async (): Promise<void> => {
    const taken = waiting.splice(0, o.most)
    if (taken.length === 0) return
    try {
      const answers = await o.work(taken.map((t) => t.item))
      for (const [i, t] of taken.entries()) t.done.resolve(answers[i]!)
    } catch (error) {
      for (const t of taken) t.done.reject(error)
    }
  }
  return {
    ask: async (item) => {
      if (waiting.length >= o.waiting()) return o.full()
      const done = Promise.withResolvers<A>()
      waiting.push({ item, done })
      void inTurn(round)
      return done.promise
    },
    length: () => waiting.length,
    between: inTurn,
  }
}
