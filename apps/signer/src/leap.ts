/** Watches the clock against the processor's own: each look remembers, and one leap is remembered until the process ends. */
export function watchLeaps(o: { readonly now: () => Date; readonly elapsed: () => number; readonly limit: () => number }): () => boolean {
  let [wall, inner, leapt] = [o.now().getTime(), o.elapsed(), false]
  return () => {
    const [nextWall, nextInner] = [o.now().getTime(), o.elapsed()]
    if (Math.abs((nextWall - wall) - (nextInner - inner)) > o.limit()) leapt = true
    wall = nextWall
    inner = nextInner
    return leapt
  }
}
