import { type Personal, type Refusal, type Result, no, ok, parseDay, personal } from '@causeway/kernel'

/** Who travels: in the own script, and as the permit writes the name. */
export interface Identity {
  readonly nameCn: string
  readonly surname: string
  readonly given: string
  readonly sex: 'M' | 'F'
  readonly birthDate: string
  readonly birthPlace: string
}

export interface Person {
  readonly unitId: string
  readonly identity: Personal<Identity>
  readonly idNumber: Personal<string>
  readonly mobile: Personal<string> | undefined
  readonly post: string
  readonly rank: string
  readonly nameConfirmed: boolean
  readonly erased: boolean
}

export type PersonEvent =
  | { readonly type: 'person-registered'; readonly unitId: string; readonly identity: Personal<Identity>; readonly idNumber: Personal<string>; readonly mobile?: Personal<string>; readonly post: string; readonly rank: string }
  | { readonly type: 'person-name-confirmed'; readonly identity: Personal<Identity>; readonly by: string }
  | { readonly type: 'person-erased'; readonly reason: string }

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const

/** The check character of a citizen's identity number. @source GB 11643-1999, ISO 7064 MOD 11-2 */
export function idCheck(first17: string): string {
  return '10X98765432'[WEIGHTS.reduce((n, w, i) => n + w * Number(first17[i]), 0) % 11]!
}

export interface NewPerson {
  readonly nameCn: string
  readonly surname: string
  readonly given: string
  readonly sex: string
  readonly birthDate: string
  readonly birthPlace: string
  readonly idNumber: string
  readonly post: string
  readonly rank: string
  readonly mobile?: string | undefined
}

const LATIN = /^[A-Z]+([ -][A-Z]+)*$/

function checkNames(n: Pick<NewPerson, 'nameCn' | 'surname' | 'given'>, unprintable: readonly string[]): Refusal | undefined {
  if (n.nameCn.trim() === '') return { code: 'name-missing', at: 'nameCn' }
  if (unprintable.length > 0) return { code: 'name-unprintable', at: 'nameCn', rule: 'GB 18030-2022', details: { characters: unprintable } }
  if (!LATIN.test(n.surname)) return { code: 'name-not-latin', at: 'surname', rule: 'GB/T 28039' }
  return n.given !== '' && !LATIN.test(n.given) ? { code: 'name-not-latin', at: 'given', rule: 'GB/T 28039' } : undefined
}

function checkNumber(p: NewPerson, id: string): Refusal | undefined {
  if (!/^\d{17}[\dX]$/.test(id)) return { code: 'id-number-form', at: 'idNumber', rule: 'GB 11643' }
  if (idCheck(id) !== id[17]) return { code: 'id-number-check-digit', at: 'idNumber', rule: 'GB 11643' }
  const born = parseDay(p.birthDate)
  if (born === undefined) return { code: 'birth-date-invalid', at: 'birthDate', rule: 'GB/T 7408' }
  if (id.slice(6, 14) !== born.replaceAll('-', '')) return { code: 'id-number-birth-date', at: 'birthDate', rule: 'GB 11643' }
  if (p.sex !== 'M' && p.sex !== 'F') return { code: 'sex-invalid', at: 'sex', rule: 'GB/T 2261.1' }
  return (Number(id[16]) % 2 === 1) === (p.sex === 'M') ? undefined : { code: 'id-number-sex', at: 'sex', rule: 'GB 11643' }
}

/** @param unprintable - the characters of the name that no font of the house has */
export function registerPerson(o: { readonly id: string; readonly unitId: string; readonly unprintable: readonly string[] }, input: NewPerson): Result<readonly PersonEvent[], Refusal> {
  const idNumber = input.idNumber.trim().toUpperCase() // the check character X is often typed small
  const refusal = checkNames(input, o.unprintable) ?? checkNumber(input, idNumber)
  if (refusal !== undefined) return no(refusal)
  const identity: Identity = { nameCn: input.nameCn.trim(), surname: input.surname, given: input.given, sex: input.sex as 'M' | 'F', birthDate: input.birthDate, birthPlace: input.birthPlace }
  return ok([{
    type: 'person-registered', unitId: o.unitId, post: input.post, rank: input.rank,
    identity: personal(o.id, 'identity', identity), idNumber: personal(o.id, 'identity', idNumber),
    ...(input.mobile === undefined || input.mobile === '' ? {} : { mobile: personal(o.id, 'contact', input.mobile) }),
  }])
}

/** The person, or the clerk in the person's presence, says how the name is written. */
export function confirmName(person: Person | undefined, input: { readonly surname: string; readonly given: string }, by: string): Result<readonly PersonEvent[], Refusal> {
  const identity = person?.identity.value
  if (person === undefined || identity === undefined) return no({ code: 'not-found' })
  const refusal = checkNames({ nameCn: identity.nameCn, ...input }, [])
  if (refusal !== undefined) return no(refusal)
  return ok([{ type: 'person-name-confirmed', by, identity: personal(person.identity.$person, 'identity', { ...identity, surname: input.surname, given: input.given }) }])
}

export function erasePerson(person: Person | undefined, reason: string): Result<readonly PersonEvent[], Refusal> {
  if (person === undefined) return no({ code: 'not-found' })
  return person.erased ? no({ code: 'already-erased' }) : ok([{ type: 'person-erased', reason }])
}

export function evolvePerson(person: Person | undefined, e: PersonEvent): Person {
  if (e.type === 'person-registered') return { unitId: e.unitId, identity: e.identity, idNumber: e.idNumber, mobile: e.mobile, post: e.post, rank: e.rank, nameConfirmed: false, erased: false }
  if (e.type === 'person-name-confirmed') return { ...person!, identity: e.identity, nameConfirmed: true }
  return { ...person!, erased: true }
}
