import { EXIT, Impossible, language, lineOf, type Command } from './command.ts'

/** A command is read when it is called: a zone is parsed without waiting for the platform. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  chip: async () => (await import('./chip.ts')).chipCommand,
  pki: async () => (await import('./pki.ts')).pkiCommand,
  mrz: async () => (await import('./mrz.ts')).mrzCommand,
  lds: async () => (await import('./lds.ts')).ldsCommand,
  performance: async () => (await import('./performance.ts')).performanceCommand,
  journal: async () => (await import('./journal.ts')).journalCommand,
  hub: async () => (await import('./hub.ts')).hubCommand,
  signer: async () => (await import('./signer.ts')).signerCommand,
  accounts: async () => (await import('./accounts.ts')).accountsCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
}

async function help(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map(async (read) => read()))
  return [...commands.map((c) => `  causeway ${c.usage}\n      ${c.says[language()]}`), ''].join('\n')
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || name === 'help' || name === '--help') {
    process.stdout.write(await help())
    return name === undefined ? EXIT.impossible : EXIT.done
  }
  const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]!() : undefined
  if (command === undefined) throw new Impossible('command-unknown', `${name} is no command; causeway help lists them`)
  return command.run(args)
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.impossible))

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(lineOf(error))
  process.exitCode = EXIT.impossible
}
