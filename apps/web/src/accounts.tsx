import { createRoot } from 'react-dom/client'

import { LanguageRoom, useLanguage, useWords } from './language.tsx'
import { ExaminationDesk } from './rooms/examination.tsx'
import { EXAMINATION } from './words/examination.ts'
import { FRAME } from './words/frame.ts'
import './style.css'

/** The page of `causeway accounts serve`: no account, one room. */
function Page() {
  const w = useWords(EXAMINATION)
  const f = useWords(FRAME)
  const { language, set } = useLanguage()
  return (
    <>
      <a className="skip" href="#content">{f.skip}</a>
      <header className="top">
        <p className="brand"><b>{w.title}</b><span>{w.alone}</span></p>
        <p className="who"><button type="button" className="quiet" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={() => { set(language === 'zh' ? 'en' : 'zh') }}>{f.other}</button></p>
      </header>
      <main id="content" tabIndex={-1} className="wide-room"><ExaminationDesk /></main>
    </>
  )
}

createRoot(document.getElementById('root')!).render(<LanguageRoom><Page /></LanguageRoom>)
