// Faults in pixtab that break a law on purpose: torture that finds none of them would be deaf. Each is a change of one place of the
// source, and where to look for it: doors, kinds of call, faults.

const FILES = 'src/adapters/files/atomic-write.ts';
const SEND = 'src/purchase/send-request.ts';
const DEATHS = ['kill', 'power', 'torn'];

export const SEEDS = [
  {
    name: 'a connection that was lost counts as free',
    file: 'src/adapters/failures/connection.ts',
    find: /(name: 'connection lost',.*\n.*\n\s+kind: 'unconfirmed',\n\s+charged: )'unknown'/,
    put: "$1'no'",
    at: { doors: ['generate'], kinds: ['receive'], faults: ['ECONNRESET', 'ETIMEDOUT', 'end'] },
  },
  {
    name: 'what was sent and not answered is released',
    file: SEND,
    find: "if (failure.charged !== 'no') {",
    put: 'if (false) {',
    at: { doors: ['generate'], kinds: ['receive'], faults: ['ECONNRESET', 'ETIMEDOUT', 'end'] },
  },
  {
    name: 'what a dead process had sent is released',
    file: 'src/core/policy/attempt-state.ts',
    find: "if (state === 'held') return 'released';",
    put: "if (state === 'held' || state === 'sent') return 'released';",
    at: { doors: ['generate'], kinds: ['receive', 'open', 'write'], faults: ['kill', 'power'] },
  },
  {
    name: 'recover leaves the bill out',
    file: 'src/purchase/recover.ts',
    find: 'await ledger.settle(plan.attemptId, price, refusalOf(reply));',
    put: '',
    at: { doors: ['generate'], kinds: ['flush', 'write', 'open'], faults: ['kill', 'power'] },
  },
  {
    name: 'the journal lets go before the picture is saved',
    file: SEND,
    find: '  for (const remark of remarks) (await saver()).remark(remark);\n',
    put: '  await books.journal.remove(attemptId);\n',
    at: { doors: ['generate'], kinds: ['open', 'name', 'write', 'flush'], faults: ['kill', 'ENOSPC'] },
  },
  {
    name: 'the answer is written and not flushed',
    file: 'src/adapters/journal/journal.ts',
    find: 'await files.write(path, fileOf(attempt, body));',
    put: 'await nodeFs.writeFile(path, Buffer.concat(fileOf(attempt, body)));',
    at: { doors: ['generate', 'edit'], kinds: ['open', 'name', 'write', 'flush'], faults: ['power', 'torn'] },
  },
  {
    name: 'no folder is flushed',
    file: FILES,
    find: 'async function flushFolder(folder: string): Promise<void> {',
    put: 'async function flushFolder(folder: string): Promise<void> {\n    if (folder !== "") return;',
    at: { doors: ['generate'], kinds: ['name', 'write', 'lock'], faults: ['power'] },
  },
  {
    name: 'no file is flushed before it has its name',
    file: FILES,
    find: 'if (flush) await file.sync();',
    put: '',
    at: { doors: ['generate'], kinds: ['name', 'write', 'lock'], faults: ['power', 'torn'] },
  },
  {
    name: 'the ledger does not wait for the disk',
    file: 'src/adapters/ledger/open-ledger.ts',
    find: 'PRAGMA synchronous = FULL',
    put: 'PRAGMA synchronous = OFF',
    at: { doors: ['generate'], kinds: ['receive', 'flush', 'write'], faults: ['power'] },
  },
  {
    name: 'a full disk is no reason to fail',
    file: SEND,
    find: '  if (failure !== null) {\n    if (',
    put: "  if (failure?.kind === 'disk') return null;\n  if (failure !== null) {\n    if (",
    at: { doors: ['generate'], kinds: ['write', 'flush', 'name'], faults: ['ENOSPC'] },
  },
  {
    name: 'the key is in the journal',
    file: 'src/adapters/journal/journal.ts',
    find: 'await files.write(path, fileOf(attempt, body));',
    put: "await nodeFs.writeFile(`${path}.key`, process.env['GEMINI_API_KEY'] ?? ''); await files.write(path, fileOf(attempt, body));",
    at: { doors: ['generate'], kinds: ['write', 'flush', 'name'], faults: DEATHS },
  },
  {
    name: 'a job is asked for before that is written down',
    file: 'src/purchase/batch/advance.ts',
    find: '  await jobs.creating(job.jobId);\n',
    put: '',
    also: [
      '  try {\n    await jobs.created(',
      '  await jobs.creating(job.jobId);\n  try {\n    await jobs.created(',
    ],
    at: { doors: ['generate by batch'], kinds: ['receive'], faults: ['kill', 'power'] },
  },
  {
    name: 'an error is printed beside the document',
    file: 'src/commands/create/generate.ts',
    find: /$/,
    put: '\nprocess.on("exit", (code) => { if (code === 11) process.stdout.write("sorry"); });\n',
    at: { doors: ['generate'], kinds: ['write', 'flush', 'name'], faults: ['ENOSPC'] },
  },
];
