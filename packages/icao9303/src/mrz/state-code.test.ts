import { describe, expect, it } from 'vitest'

import { findState, issuerAt, STATE_CODES, stateAt } from './state-code.ts'

const BEYOND: Readonly<Record<string, string>> = {
  D: 'exception', RKS: 'exception', GBD: 'british', GBN: 'british', GBO: 'british', GBP: 'british', GBS: 'british', EUE: 'union', UNO: 'united-nations', UNA: 'united-nations', UNK: 'united-nations',
  XBA: 'organization', XIM: 'organization', XCC: 'organization', XCE: 'organization', XCO: 'organization', XEC: 'organization', XPO: 'organization', XES: 'organization', XMP: 'organization', XOM: 'organization', XDC: 'organization',
  XXA: 'person', XXB: 'person', XXC: 'person', XXX: 'person', ANT: 'deprecated', NTZ: 'deprecated', UTO: 'specimen', IAO: 'icao',
}
const PARTS: Readonly<Record<string, string>> = { exception: 'A', british: 'A', union: 'B', 'united-nations': 'C', organization: 'D', person: 'E', deprecated: 'F', specimen: 'G', icao: 'H', state: 'A' }

describe('codes of States and others', () => {
  it('M24 has every code once: the 249 of ISO 3166-1 and the 30 that the Part adds', () => {
    expect(STATE_CODES.filter((s) => s.kind === 'state')).toHaveLength(249)
    expect(Object.fromEntries(STATE_CODES.filter((s) => s.kind !== 'state').map((s) => [s.code, s.kind]))).toEqual(BEYOND)
    expect(STATE_CODES.filter((s) => s.kind !== 'state' && s.alpha2 !== undefined).map((s) => s.alpha2).join(' ')).toBe('DE KS EU UN UN AN NT UT IA')
    expect(new Set(STATE_CODES.map((s) => s.code)).size).toBe(279)
    for (const s of STATE_CODES) {
      expect(s.code).toMatch(s.code === 'D' ? /^D$/ : /^[A-Z]{3}$/)
      expect(s.name).not.toBe('')
      expect(s.clause).toBe(`Doc 9303-3 §5 Part ${PARTS[s.kind]}`)
      if (s.kind === 'state' || s.alpha2 !== undefined) expect(s.alpha2).toMatch(/^[A-Z]{2}$/)
    }
  })

  it('M24 names the kind of a code, with or without fillers, and nothing for others', () => {
    expect(findState('D<<')).toEqual({ code: 'D', alpha2: 'DE', name: 'Germany', kind: 'exception', clause: 'Doc 9303-3 §5 Part A' })
    expect(findState('CHN')).toEqual({ code: 'CHN', alpha2: 'CN', name: 'China', kind: 'state', clause: 'Doc 9303-3 §5 Part A' })
    expect(findState('UTO')).toMatchObject({ alpha2: 'UT', kind: 'specimen' })
    expect(findState('XXA')).not.toHaveProperty('alpha2')
    for (const none of ['', '<<<', 'QQQ', 'DE', 'chn', 'YUG', '<D<']) expect(findState(none), none).toBeUndefined()
  })

  it('M24 finds a code in a line as it finds it alone', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ<']
    for (const a of letters) for (const b of letters) for (const c of letters) {
      const code = `${a}${b}${c}`
      const known = code === 'DEU' || code.startsWith('<') ? undefined : findState(code)
      const is = known !== undefined && known.code.padEnd(3, '<') === code ? known : undefined
      expect(stateAt(`99${code}99`, 2)).toBe(is?.code ?? '')
      expect(issuerAt(`99${code}99`, 2)).toBe(is === undefined || is.kind === 'person' || is.kind === 'icao' ? '' : is.code)
    }
    for (const bad of ['1TO', 'U1O', 'UT1', 'uto', 'UTé', 'UT', '', '@@@', '[[[', '===']) expect([stateAt(bad, 0), issuerAt(bad, 0)], bad).toEqual(['', ''])
  })
})
