import { bookOf, readingSays, reportHtml, titleOf } from '@causeway/accounts'
import { type ExaminedDocument, type ExaminedUpload } from '@causeway/contract'
import { no, ok } from '@causeway/kernel'
import { kindOf, namesIn, writeBookDocx, writeBookXlsx } from '@causeway/paper'

import { type Upload } from '../gateway/examiner.ts'
import { Bytes, type Asked, type Door } from '../http/door.ts'
import { type House } from '../house.ts'

const LIMIT = { files: 40, one: 64 * 1024 * 1024, all: 96 * 1024 * 1024 } as const
/** What of an archive is taken for a document, formats among them that are only told how to be saved. */
const DOCUMENT = /\.(txt|docx|pdf|html?|mht|xlsx|doc|xls|wps|et|jpe?g|png|tiff?)$/i

/** An archive of documents of several kinds is each of them; one of workbooks alone is one document. Nothing is unpacked here, where others wait. */
function uploadsOf({ name, bytes }: Upload): readonly Upload[] {
  const names = kindOf(bytes) === 'archive' ? namesIn(bytes).filter((n) => DOCUMENT.test(n)) : []
  if (names.every((n) => /\.xlsx$/i.test(n))) return [{ name, bytes }]
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return names.map((entry) => ({ name: `${name}/${entry}`, bytes: shared, entry }))
}

/** The room of the finance desk: documents are examined and forgotten. That somebody did is noted, what the document says is not. */
export function openExaminationRoom(door: Door, house: House): void {
  const examined = async (a: Asked<unknown>): Promise<readonly ExaminedDocument[]> => {
    house.readingBook.note(a.actor.id, 'examination', `${a.parts.length} files`)
    const uploads = a.parts.flatMap((p) => uploadsOf({ name: p.filename.slice(0, 200), bytes: p.bytes }))
    return Promise.all(uploads.map(async (u): Promise<ExaminedDocument> => {
      const asked = await house.examiner.ask(u)
      const answer = asked.ok ? asked.value : asked
      return answer.ok ? { name: u.name, ...answer.value } : { name: u.name, problem: { code: answer.error.code, ...readingSays(answer.error) } }
    }))
  }
  door.room('examination.files', undefined, async (a) => {
    if (a.parts.length === 0) return no({ code: 'file-empty' })
    return ok({ documents: await examined(a) } satisfies ExaminedUpload)
  }, LIMIT)
  door.room('examination.report', undefined, async (a) => {
    const form = a.query['form']
    if (a.parts.length === 0) return no({ code: 'file-empty' })
    const documents = await examined(a)
    const chosen = documents.find((d) => d.name === a.query['name']) ?? documents[0]
    if (chosen === undefined) return no({ code: 'file-empty' })
    if ('problem' in chosen) return no({ code: chosen.problem.code })
    const { report } = chosen
    if (form === 'docx') return ok(new Bytes(await writeBookDocx(bookOf(report)), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', `${titleOf(report)}.docx`))
    if (form === 'xlsx') return ok(new Bytes(await writeBookXlsx(bookOf(report)), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', `${titleOf(report)}.xlsx`))
    return ok(new Bytes(new TextEncoder().encode(reportHtml(report)), 'text/html; charset=utf-8', `${titleOf(report)}.html`))
  }, LIMIT)
}
