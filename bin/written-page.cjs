'use strict';
// Answers a call for help or the version with what the build has written: to lay it out takes as long as all of Node's start.
const { fstatSync, readFileSync, statSync, writeSync } = require('node:fs');
const { devNull } = require('node:os');
const path = require('node:path');

const [STDOUT, STDERR] = [1, 2];

/** Whether the call was for something that is written, and has it now. Where anything is amiss, the usual way says what. */
exports.isAnsweredByPage = (args) => {
  try {
    return isVersion(args) ? isAnsweredByVersion() : isAnsweredByHelp(args);
  } catch {
    return false;
  }
};

const isVersion = ([first, ...more]) => more.length === 0 && (first === '--version' || first === '-V');

function isAnsweredByVersion() {
  if (isTerminal(STDOUT) || isTerminal(STDERR)) return false;
  const [version, ...days] = page('version').toString().split('\n');
  const today = new Date().toISOString().slice(0, 10);
  const age = days.find((line) => line.startsWith(today));
  if (age === undefined) return false;
  put(`${version}\n`);
  try {
    writeSync(STDERR, `${age.slice(today.length + 1)}\n`);
  } catch {
    // The version itself was said.
  }
  return true;
}

function isAnsweredByHelp(args) {
  const name = nameOf(args);
  if (name === undefined || isTerminal(STDOUT)) return false;
  put(page(name));
  return true;
}

function nameOf([first, second]) {
  if (second === undefined) return isFlag(first) || first === 'help' ? 'help' : undefined;
  const [command, other] = first === 'help' ? [second, '--help'] : [first, second];
  return isFlag(other) && /^[a-z]+$/.test(command) ? `help-${command}` : undefined;
}

const isFlag = (word) => word === '--help' || word === '-h';

const page = (name) => readFileSync(path.join(__dirname, `../dist/pages/${name}.txt`));

/** Pages are written for what is no terminal, which is of the usual width; a terminal may have another one. */
function isTerminal(fd) {
  const about = fstatSync(fd);
  return about.isCharacterDevice() && about.rdev !== statSync(devNull).rdev;
}

function put(text) {
  const rest = Buffer.from(text).subarray(writeSync(STDOUT, text));
  if (rest.length === 0) return;
  // A pipe that is full takes the rest once it is read; one that nobody reads any more needs nothing.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(rest);
}
