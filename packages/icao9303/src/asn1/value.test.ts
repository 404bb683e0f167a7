import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isSame } from './value.ts'

describe('bytes compared', () => {
  it('are the same only when every one is, wherever they lie in their memory', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), fc.nat(7), (bytes, left, right) => {
      const moved = (by: number): Uint8Array => { const room = new Uint8Array(bytes.length + 16).fill(0x5a); room.set(bytes, by); return room.subarray(by, by + bytes.length) }
      const [a, b] = [moved(left), moved(right)]
      expect(isSame(a, b)).toBe(true)
      expect(isSame(a, bytes.subarray(1))).toBe(bytes.length === 0)
      for (let i = 0; i < b.length; i++) {
        b[i]! ^= 0x80
        expect(isSame(a, b)).toBe(false)
        b[i]! ^= 0x80
      }
    }))
  })
})
