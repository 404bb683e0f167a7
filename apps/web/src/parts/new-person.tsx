import { type NameAnswer } from '@causeway/contract'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ask, Refused } from '../ask.ts'
import { useTerm, useWords } from '../language.tsx'
import { useAct } from './act.tsx'
import { Choice, TextField } from './field.tsx'
import { Trouble } from './trouble.tsx'
import { FRAME } from '../words/frame.ts'
import { PERSON } from '../words/rooms.ts'
import { TERMS } from '../words/term.ts'

const EMPTY = { nameCn: '', surname: '', given: '', sex: 'M', birthDate: '', birthPlace: '', idNumber: '', post: '', rank: '处级以下', mobile: '' }

/** Registers a person: the spelling is proposed, chosen, and confirmed by the person. Nothing typed is lost on a refusal. */
export function NewPerson({ done }: { readonly done?: (id: string) => void }) {
  const w = useWords(PERSON)
  const f = useWords(FRAME)
  const term = useTerm(TERMS)
  const [p, setP] = useState(EMPTY)
  const [confirmed, setConfirmed] = useState(false)
  const set = (key: keyof typeof EMPTY) => (value: string): void => { setP((was) => ({ ...was, [key]: value })) }
  const propose = useMutation({ mutationFn: async () => ask<NameAnswer>('POST', '/api/names', { body: { nameCn: p.nameCn } }), onSuccess: (a) => { const first = a.proposals[0]; if (first !== undefined) setP((was) => ({ ...was, surname: first.surname, given: first.given })) } })
  const save = useAct<unknown, { id: string }>('POST', '/api/persons', async ({ id }) => {
    if (confirmed) await ask('POST', `/api/persons/${id}/name`, { body: { surname: p.surname, given: p.given } })
    setP(EMPTY)
    setConfirmed(false)
    propose.reset()
    done?.(id)
  })
  const at = save.error instanceof Refused ? save.error.problem.at : undefined
  const trouble = (key: string): string | undefined => (at === key && save.error instanceof Refused ? save.error.problem.says : undefined)
  return (
    <form className="card" onSubmit={(e) => { e.preventDefault(); save.mutate({ body: p }) }}>
      <h2>{w.register}</h2>
      <div className="grid">
        <TextField label={w.name} value={p.nameCn} onChange={set('nameCn')} trouble={trouble('nameCn')} required />
        <p className="buttons"><button type="button" disabled={p.nameCn.trim() === '' || propose.isPending} onClick={() => { propose.mutate() }}>{w.propose}</button></p>
      </div>
      {propose.data !== undefined && (
        <fieldset><legend>{w.proposals}</legend>
          <ul className="chips">{propose.data.proposals.map((x) => <li key={`${x.surname} ${x.given}`}><button type="button" aria-pressed={x.surname === p.surname && x.given === p.given} onClick={() => { setP((was) => ({ ...was, surname: x.surname, given: x.given })) }}>{x.surname}, {x.given} <small>{term(x.reason)}</small></button></li>)}</ul>
          {propose.data.unprintable.length > 0 && <p className="bad">{w.unprintable}：{propose.data.unprintable.join('、')}</p>}
          {propose.data.mrz !== undefined && <p><small>{w.zone}</small> <code>{propose.data.mrz}</code> {propose.data.truncated && <small>{w.truncated}</small>}</p>}
        </fieldset>
      )}
      <div className="grid">
        <TextField label={w.surname} value={p.surname} onChange={set('surname')} trouble={trouble('surname')} required /><TextField label={w.given} value={p.given} onChange={set('given')} trouble={trouble('given')} />
        <Choice label={w.sex} value={p.sex} onChange={set('sex')} trouble={trouble('sex')} options={[['M', term('M')], ['F', term('F')]]} /><TextField label={w.born} type="date" value={p.birthDate} onChange={set('birthDate')} trouble={trouble('birthDate')} required />
        <TextField label={w.id} value={p.idNumber} onChange={set('idNumber')} trouble={trouble('idNumber')} required /><TextField label={w.birthPlace} value={p.birthPlace} onChange={set('birthPlace')} required />
        <TextField label={w.post} value={p.post} onChange={set('post')} required /><TextField label={w.rank} value={p.rank} onChange={set('rank')} /><TextField label={w.mobile} value={p.mobile} onChange={set('mobile')} />
      </div>
      <p className="tick"><input type="checkbox" id="name-confirmed" checked={confirmed} onChange={(e) => { setConfirmed(e.target.checked) }} /><label htmlFor="name-confirmed">{w.confirm}</label></p>
      {(at === undefined || !(at in EMPTY)) && <Trouble error={save.error} />}
      {at !== undefined && at in EMPTY && <p role="alert" className="bad">{trouble(at)}</p>}
      <p className="buttons"><button type="submit" className="main" disabled={save.isPending}>{save.isPending ? f.working : w.save}</button></p>
    </form>
  )
}
