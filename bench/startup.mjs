// What a start of pixtab takes, in units of a Node that does nothing: `npm run build && node bench/startup.mjs [rounds]`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compared, show } from './measure.mjs';
import { BIN } from './process.mjs';

const [, , rounds = '30'] = process.argv;
const ten = Array.from({ length: 10 }, (_, n) =>
  JSON.stringify({ id: `cat-${n}`, prompt: `cat number ${n}` }),
);
const commands = ['--help', '--version', 'estimate cat', 'models', 'plan'];
const sides = {
  'node -e 0': ['-e', '0'],
  ...Object.fromEntries(commands.map((line) => [`pixtab ${line}`, [BIN, ...line.split(' ')]])),
};

const prepare = (folder) => writeFile(join(folder, 'pixtab.jsonl'), ten.join('\n'));
console.log(`starts, median of ${rounds} rounds, node ${process.version}; plan is of ten pictures`);
show(await compared(Number(rounds), sides, { prepare }));
