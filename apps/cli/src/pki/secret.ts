import { readFileSync, statSync } from 'node:fs'

import { Impossible } from '../command.ts'
import { say } from './option.ts'

export interface SecretPlace {
  readonly file: string | undefined
  readonly env: string
  readonly asks: { readonly zh: string; readonly en: string }
  readonly code: string
}

/** Fails for a file that others than its owner may read. */
export function refuseExposed(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) throw new Impossible('key-exposed', `${path} can be read by others; chmod 600 ${path}`)
}

/** A secret from a file, the environment or the keyboard, in this order; never from the command line. */
export async function secretFrom(place: SecretPlace): Promise<string> {
  if (place.file !== undefined) {
    refuseExposed(place.file)
    return readFileSync(place.file, 'utf8').replace(/\r?\n$/, '')
  }
  const given = process.env[place.env]
  if (given !== undefined && given !== '') return given
  return typedSecret(place.asks, { code: place.code, otherwise: `${place.env} is not set` })
}

/** A secret from the keyboard only. */
export async function typedSecret(asks: SecretPlace['asks'], o: { readonly code: string; readonly otherwise: string }): Promise<string> {
  if (!process.stdin.isTTY) throw new Impossible(o.code, `${o.otherwise} and nobody is at the keyboard`)
  return typed(`${say(asks)}: `)
}

/** What is typed, unseen, up to the end of the line. */
async function typed(prompt: string): Promise<string> {
  process.stderr.write(prompt)
  process.stdin.setRawMode(true)
  try {
    return await new Promise((done, failed) => {
      let line = ''
      process.stdin.on('data', (chunk: Buffer) => {
        for (const c of chunk.toString('utf8')) {
          if (c === '\r' || c === '\n') { done(line); return }
          if (c === '\u0003') { failed(new Impossible('interrupted', 'stopped at the keyboard')); return }
          line = c === '\u007f' ? line.slice(0, -1) : line + c
        }
      })
      process.stdin.resume()
    })
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stdin.removeAllListeners('data')
    process.stderr.write('\n')
  }
}
