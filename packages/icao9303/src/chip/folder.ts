import { OK, statusHex } from '../access/apdu.ts'
import { unhex } from '../asn1/value.ts'
import { APPLICATION_ID } from '../lds/file.ts'
import { type ReadingOddity } from './file-reader.ts'
import { type Heard, type Speaker } from './speaker.ts'

/** What was heard, in words. */
export const wordsOf = ({ response, says }: Heard): string => [response.sw === 0 ? undefined : statusHex(response.sw), says].filter((x) => x !== undefined).join(', ')

/** SELECT of the master file as chips take it: the standard's form first. @source ISO/IEC 7816-4 §11.2.2 */
const MASTER_FORMS: readonly { readonly p2: number; readonly data: string }[] = [{ p2: 0x0c, data: '3f00' }, { p2: 0x00, data: '3f00' }, { p2: 0x0c, data: '' }, { p2: 0x00, data: '' }]

/** Selects folders; what a chip took once is asked for again. */
export interface Folders {
  readonly master: () => Promise<void>
  readonly application: () => Promise<Heard>
}

/** @param o.applications - names that are tried after the standard's */
export function openFolders(speaker: Speaker, o: { readonly applications: readonly string[]; readonly note: (o: ReadingOddity) => void }): Folders {
  const { note } = o
  let forms = MASTER_FORMS
  let known: 'yes' | 'no' = 'no'
  let names = [APPLICATION_ID, ...o.applications]
  return {
    master: async () => {
      let heard: Heard | undefined
      // known already: a chip that still minds the session that is over ends it at the first bare command
      for (const form of known === 'yes' ? [...forms, ...forms] : forms.length === 0 ? MASTER_FORMS.slice(0, 1) : forms) {
        heard = await speaker.say('select master file', { cla: 0, ins: 0xa4, p1: 0x00, p2: form.p2, data: unhex(form.data) })
        if (heard.response.sw !== OK) continue
        if (known === 'no' && form !== MASTER_FORMS[0]) note({ code: 'master-file-select', at: 'select master file', says: `taken as 00a400${form.p2 === 0 ? '00' : '0c'} ${form.data}`.trim(), clause: 'Doc 9303-10 §3.6.2' })
        forms = [form]
        known = 'yes'
        return
      }
      // a chip that has just been given power stands there already
      if (known === 'yes' || forms.length === 0) return
      note({ code: 'master-file-select', at: 'select master file', says: `refused in every form: ${wordsOf(heard!)}`, clause: 'Doc 9303-10 §3.6.2' })
      forms = []
    },
    application: async () => {
      let first: Heard | undefined
      for (const name of names) {
        const heard = await speaker.say('select application', { cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, data: unhex(name) })
        first ??= heard
        if (heard.response.sw !== OK) continue
        if (names.length > 1 && name !== APPLICATION_ID) note({ code: 'application-other', at: 'select application', says: `${name} instead of ${APPLICATION_ID}`, clause: 'Doc 9303-10 §3.3' })
        names = [name]
        return heard
      }
      return first!
    },
  }
}
