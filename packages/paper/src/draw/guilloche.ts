/** Fine lines of our own: sums of sines, so that no two permits need the same pattern and none is like a real one. */
export function guilloche(seed: number, o: { readonly width: number; readonly height: number } = { width: 1_250, height: 880 }): string {
  const lines: string[] = []
  for (let k = 0; k < 42; k++) {
    const points: string[] = []
    const [a, b, c] = [2 + ((seed >> (k % 7)) & 3), 3 + (seed % 5), 1 + (k % 4)]
    for (let x = 0; x <= o.width; x += 10) {
      const t = (x / o.width) * Math.PI * 2
      const y = (o.height * (k + 0.5)) / 42 + 14 * Math.sin(a * t + k * 0.35) + 8 * Math.sin(b * 2 * t - k * 0.21) + 4 * Math.cos(c * 5 * t)
      points.push(`${x},${y.toFixed(1)}`)
    }
    lines.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${k % 3 === 0 ? '#c9b68f' : k % 3 === 1 ? '#a9c0cf' : '#d8c7c0'}" stroke-width="1.1"/>`)
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${o.width} ${o.height}" preserveAspectRatio="none">${lines.join('')}</svg>`
}
