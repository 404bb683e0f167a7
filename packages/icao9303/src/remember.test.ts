import { describe, expect, it } from 'vitest'

import { remember } from './remember.ts'

describe('what is remembered of bytes', () => {
  const counting = (limit: number) => {
    const made: string[] = []
    const of = remember(limit, (b) => { made.push(b.join()); return { sum: b.reduce((n, x) => n + x, 0) } })
    return { made, of }
  }

  it('X19 the same bytes are read once, in whatever array they come', () => {
    const { made, of } = counting(3)
    const array = Uint8Array.of(1, 2)
    expect(of(array)).toBe(of(Uint8Array.of(1, 2)))
    expect(of(array)).toBe(of(array))
    expect(made).toEqual(['1,2'])
  })

  it('X19 an array that was changed is another key', () => {
    const { made, of } = counting(3)
    const array = Uint8Array.of(1, 2)
    expect(of(array).sum).toBe(3)
    array[0] = 9
    expect(of(array).sum).toBe(11)
    expect(of(Uint8Array.of(1, 2)).sum).toBe(3)
    expect(made).toEqual(['1,2', '9,2'])
  })

  it('X19 what was not asked for longest gives way', () => {
    const { made, of } = counting(2)
    for (const n of [1, 2, 1, 3, 1, 2]) of(Uint8Array.of(n))
    expect(made).toEqual(['1', '2', '3', '2'])
  })

  it('X19 keys beyond all measure are not kept', () => {
    const { made, of } = counting(2)
    for (let i = 0; i < 2; i++) of(new Uint8Array(4_096))
    expect(made).toHaveLength(1)
    for (let i = 0; i < 2; i++) of(new Uint8Array(4_097))
    expect(made).toHaveLength(3)
  })
})
