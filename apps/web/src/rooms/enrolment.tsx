import { type EnrolmentAnswer, type EnrolmentRow } from '@causeway/contract'
import { useEffect, useState, type FormEvent } from 'react'

import { useTerm, useWords } from '../language.tsx'
import { useAct } from '../parts/act.tsx'
import { Choice } from '../parts/field.tsx'
import { List } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { FRAME } from '../words/frame.ts'
import { DESK } from '../words/rooms.ts'
import { TERMS } from '../words/term.ts'

function TakePhoto({ row, done }: { readonly row: EnrolmentRow; readonly done: () => void }) {
  const w = useWords(DESK)
  const f = useWords(FRAME)
  const term = useTerm(TERMS)
  const [file, setFile] = useState<File>()
  const [preview, setPreview] = useState('')
  const [consent, setConsent] = useState(false)
  const [reason, setReason] = useState('no-device')
  const act = useAct<unknown, EnrolmentAnswer>('POST', `/api/persons/${row.personId}/enrolment`)
  useEffect(() => {
    if (file === undefined || !file.type.startsWith('image/')) { setPreview(''); return }
    const url = URL.createObjectURL(file)
    setPreview(url)
    return () => { URL.revokeObjectURL(url) }
  }, [file])
  const submit = (e: FormEvent): void => {
    e.preventDefault()
    const form = new FormData()
    form.set('fields', JSON.stringify({ consent, fingers: 'not-collected', fingersReason: reason }))
    if (file !== undefined) form.set('photo', file)
    act.mutate({ form })
  }
  return (
    <form className="card" onSubmit={submit}>
      <h2>{row.nameCn} <small>{row.unitName} · {row.missionName}</small></h2>
      <div className="two">
        <div>
          <div className="field"><label htmlFor="photo">{w.choose}</label><input id="photo" type="file" onChange={(e) => { act.reset(); setFile(e.target.files?.[0]) }} /></div>
          <Choice label={w.fingersReason} value={reason} onChange={setReason} options={['no-device', 'missing', 'injured', 'worn', 'valid-capture', 'other'].map((r) => [r, term(r)] as const)} />
          <p className="tick"><input type="checkbox" id="consent" checked={consent} onChange={(e) => { setConsent(e.target.checked) }} /><label htmlFor="consent">{w.consent}</label></p>
          <Trouble error={act.error} />
          {act.data === undefined ? <p className="buttons"><button type="submit" className="main" disabled={act.isPending || file === undefined}>{act.isPending ? f.working : w.take}</button></p> : <div className="good" role="status"><p>{w.taken}</p><dl className="facts">{Object.entries(act.data.measured).map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{String(v)}</dd></div>)}</dl><button type="button" onClick={done}>{f.back}</button></div>}
        </div>
        <figure>{preview === '' ? <div className="no-photo" /> : <img src={preview} alt={w.preview} width="177" height="236" />}<figcaption>{w.preview}</figcaption></figure>
      </div>
    </form>
  )
}

export function Enrolments() {
  const w = useWords(DESK)
  const [row, setRow] = useState<EnrolmentRow>()
  return (
    <>
      <h1 tabIndex={-1}>{w.enrolments}</h1>
      {row !== undefined && <TakePhoto key={row.personId} row={row} done={() => { setRow(undefined) }} />}
      <List<EnrolmentRow> path="/api/enrolments" caption={w.enrolments} rowKey={(r) => r.personId + r.missionId} columns={[{ name: w.person, cell: (r) => r.nameCn }, { name: w.mission, cell: (r) => r.missionName, wide: true }, { name: w.depart, cell: (r) => r.departDate }, { name: w.act, cell: (r) => <button type="button" onClick={() => { setRow(r) }}>{w.pick}</button> }]} />
    </>
  )
}
