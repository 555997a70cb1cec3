// What bench/mutation.mjs runs tests with, all in one process: first as they are, to see which of them come to which change; then for
// each change those that come to it, until one of them notices.
import { setMaxListeners } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { startTests } from '@vitest/runner';
import { inject, TestRunner } from 'vitest';

/** A test that takes so much longer than unchanged waits for what never comes. */
const PATIENCE_MS = 5000;
const SLOW_MS = 1000;
/** How long no test may end before the process is ended: nothing else stops a loop without an end. */
const STANDSTILL_MS = 25_000;
/** A loop that comes to its change so many times as often as all tests did, unchanged, has no end. */
const MORE_OFTEN = 100;

const { changes, log } = inject('mutation');
/** What a process before this has found out of the tests. */
const KNOWN = [log, 'known'].join('.');
/** In the place of a test, for what is run before or after tests, in hooks or late. */
const BETWEEN = 'between';
/** What the instrumented source reads and writes. */
const stryker = (globalThis['__stryker__'] ??= {});
// Tests may put others in their place.
const { setTimeout, clearTimeout } = globalThis;
// A test that runs often listens often to its signal.
setMaxListeners(0);

export default class MutationRunner extends TestRunner {
  /** Every file of tests as it was collected at first, by its path. */
  #files = new Map();
  /** How long each test takes that passes whenever it runs, by its id. */
  #durations = new Map();
  /** The tests that are to run, by their ids, and their file, unless it is to be collected anew. At first, everything is to run. */
  #only;
  #collected;
  #failed;
  #isLate = false;
  #hasTried = false;
  #ended = new Int32Array(new SharedArrayBuffer(4));

  /** What runs while a file loads is not of the test that happens to be the first to load it. */
  async onBeforeCollect() {
    for (const path of new Set(changes.map((change) => change.path))) await this.importFile(path, 'setup');
  }

  onCollectStart(file) {
    super.onCollectStart(file);
    stryker.currentTestId = undefined;
  }

  /** Where all have run before, vitest runs none. */
  onCollected(files) {
    stryker.currentTestId = BETWEEN;
    if (existsSync(KNOWN)) for (const test of files.flatMap(testsIn)) test.mode = 'skip';
  }

  onBeforeTryTask(test) {
    if (this.#only === undefined) stryker.currentTestId = test.id;
    super.onBeforeTryTask(test);
  }

  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    const usual = this.#durations.get(test.id);
    if (usual === undefined) return run();
    let timer;
    const late = new Promise((_, reject) => {
      const fail = () => {
        this.#isLate = true;
        reject(new Error('too late'));
      };
      timer = setTimeout(fail, PATIENCE_MS + 10 * usual);
    });
    return Promise.race([run(), late]).finally(() => clearTimeout(timer));
  }

  onAfterRunTask(test) {
    super.onAfterRunTask(test);
    stryker.currentTestId = BETWEEN;
    Atomics.add(this.#ended, 0, 1);
    Atomics.notify(this.#ended, 0);
    if (!this.#hasTried || test.result.state !== 'fail') return;
    this.#failed ??= test;
    this.cancelRun = true;
  }

  async onAfterRunSuite(suite) {
    await super.onAfterRunSuite(suite);
    if (this.#only !== undefined || !('filepath' in suite)) return;
    this.#files.set(suite.filepath, suite);
    if (this.#files.size < this.workerState.ctx.files.length) return;
    await this.#tryAll().catch((error) => say({ error: error.message }));
  }

  async #tryAll() {
    // Vitest hears of nothing that follows.
    this.onTaskUpdate = () => {};
    this.onBeforeCollect = () => {};
    this.onCollectStart = (file) => super.onCollectStart(file);
    this.onCollected = (files) => {
      if (this.#collected !== undefined) files.push(this.#collected);
      for (const file of files)
        if (file === this.#collected || file.result === undefined) choose(file, this.#only);
    };
    const importing = this.#importing();
    if (!existsSync(KNOWN)) await this.#passTwice();
    const { perTest = {}, static: atLoad = {}, durations } = JSON.parse(readFileSync(KNOWN, 'utf8'));
    this.#durations = new Map(Object.entries(durations));
    const { [BETWEEN]: between = {} } = perTest;
    this.#watch();

    const hits = (id) => Object.values(perTest).reduce((sum, each) => sum + (each[id] ?? 0), atLoad[id] ?? 0);
    const later = changes.filter(({ isLater }) => isLater);
    for (const change of changes.filter(({ isLater }) => !isLater)) {
      const { id } = change;
      const tests = this.#testsOf([...this.#files.keys()], (test) => perTest[test]?.[id] > 0);
      const { state, isSound } =
        tests.size === 0 ? { state: 'unreached', isSound: true } : await this.#tried(id, tests, hits(id));
      // What is only run while its file loads, or once, is as it was by then.
      const isRun = tests.size > 0 || id in atLoad || id in between;
      const isOpen = state === 'unreached' ? isRun : state === 'survived' && id in atLoad;
      if (isOpen) later.push(change);
      if (state !== undefined) say({ id, state: isOpen ? 'later' : state });
      if (!isSound) return;
    }
    for (const { id, path } of later) {
      const modules = importing(path);
      const tests = this.#testsOf(
        [...this.#files.keys()].filter((each) => modules.has(each)),
        () => true,
      );
      const { state, isSound } = await this.#tried(id, tests, hits(id), modules);
      if (state !== undefined) say({ id, state: state === 'unreached' ? 'survived' : state });
      if (!isSound) return;
    }
  }

  /**
   * What became of a change. Where the tests that noticed it do not pass unchanged either, afterwards, nothing that runs in this process
   * any more is sound, and neither is this, unless nothing was tried before.
   */
  async #tried(id, tests, hits, modules) {
    const isFirst = !this.#hasTried;
    this.#hasTried = true;
    const isFresh = modules !== undefined;
    if (isFresh) reset(modules);
    if (isFirst) await this.#leaveOutFailing(tests, modules);
    say({ trying: id });
    if (isFresh) reset(modules);
    Object.assign(stryker, { activeMutant: id, hitCount: 0, hitLimit: MORE_OFTEN * (hits + 1) });
    const path = await this.#failing(tests, isFresh);
    const { hitCount, hitLimit } = stryker;
    const state =
      hitCount === 0
        ? 'unreached'
        : path === undefined
          ? 'survived'
          : this.#isLate || hitCount > hitLimit
            ? 'hung'
            : 'killed';
    Object.assign(stryker, { activeMutant: undefined, hitCount: undefined });
    if (path === undefined) return { state, isSound: true };
    if (isFresh) reset(modules);
    const again = new Map([
      [path, this.#failed === undefined ? tests.get(path) : new Set([this.#failed.id])],
    ]);
    const isSound = (await this.#failing(again, isFresh)) === undefined;
    return { state: isSound || isFirst ? state : undefined, isSound };
  }

  /** Runs tests, given as their ids by file, until all pass: what passed twice may still fail after others. */
  async #leaveOutFailing(tests, modules) {
    let path;
    while ((path = await this.#failing(tests, modules !== undefined)) !== undefined) {
      if (this.#failed === undefined) throw new Error(`Unchanged, ${path} fails.`);
      tests.get(path).delete(this.#failed.id);
      this.#leaveOut(this.#failed);
      if (modules !== undefined) reset(modules);
    }
  }

  /** Has a test count no more, in a process after this neither. */
  #leaveOut({ id, name, file, result }) {
    this.#durations.delete(id);
    const known = JSON.parse(readFileSync(KNOWN, 'utf8'));
    writeFileSync(KNOWN, JSON.stringify({ ...known, durations: Object.fromEntries(this.#durations) }));
    const reason = result?.errors?.[0]?.message;
    say({ note: `${file.name}: "${name}" does not pass a third time, and is left out: ${reason}` });
  }

  /** Runs tests, given as their ids by file, until one fails, and gives the path of its file. */
  async #failing(tests, isFresh) {
    this.#failed = undefined;
    this.#isLate = false;
    for (const [path, ids] of tests) {
      this.cancelRun = false;
      this.#only = ids;
      this.#collected = isFresh ? undefined : this.#files.get(path);
      const specs = isFresh ? this.workerState.ctx.files.filter(({ filepath }) => filepath === path) : [];
      const [file] = await startTests(specs, this);
      if (file.result.state === 'fail') return path;
    }
    return undefined;
  }

  /**
   * Takes down how long each test takes, and what it comes to. One that does not pass twice says nothing of a change, and is left out, as
   * is a slow one: a change is to be noticed by a quick one, and hundreds are.
   */
  async #passTwice() {
    const files = [...this.#files.values()];
    const failing = files.filter(({ result }) => result.state === 'fail').map(({ name }) => name);
    if (failing.length > 0) throw new Error(`Unchanged, these fail: ${failing.join(', ')}.`);
    const coverage = structuredClone(stryker.mutantCoverage);
    const durations = {};
    for (const file of files) {
      const passed = testsIn(file).filter(
        ({ result }) => result?.state === 'pass' && result.duration < SLOW_MS,
      );
      for (const { id, result } of passed) durations[id] = result.duration;
      await this.#failing(new Map([[file.filepath, new Set(passed.map(({ id }) => id))]]));
      for (const { id, name, result } of passed.filter((test) => test.result.state !== 'pass')) {
        say({
          note: `${file.name}: "${name}" does not pass twice, and is left out: ${result.errors?.[0]?.message}`,
        });
        delete durations[id];
      }
    }
    writeFileSync(KNOWN, JSON.stringify({ ...coverage, durations }));
  }

  /** Tests that pass, by their file, those first that take the shortest time. */
  #testsOf(paths, isMeant) {
    const time = (ids) => ids.reduce((sum, id) => sum + this.#durations.get(id), 0);
    return new Map(
      paths
        .map((path) => testsIn(this.#files.get(path)).map(({ id }) => id))
        .map((ids, at) => [paths[at], ids.filter((id) => this.#durations.has(id) && isMeant(id))])
        .filter(([, ids]) => ids.length > 0)
        .sort(([, a], [, b]) => time(a) - time(b))
        .map(([path, ids]) => [path, new Set(ids)]),
    );
  }

  /** Finds what imports a file, itself or by others, and the file itself: their modules, by path. */
  #importing() {
    const { idToModuleMap } = this.workerState.evaluatedModules;
    const importers = new Map([...idToModuleMap].map(([id, node]) => [id, [...node.importers]]));
    return (path) => {
      const seen = new Set([path]);
      for (const id of seen) for (const importer of importers.get(id) ?? []) seen.add(importer);
      return new Map([...seen].map((id) => [id, idToModuleMap.get(id)]));
    };
  }

  /** Ends the process when nothing moves in it. */
  #watch() {
    const source = `const { workerData: [ended, limit] } = require('node:worker_threads');
      while (Atomics.wait(ended, 0, Atomics.load(ended, 0), limit) !== 'timed-out');
      process.kill(process.pid, 'SIGKILL');`;
    new Worker(source, { eval: true, workerData: [this.#ended, STANDSTILL_MS] }).unref();
  }
}

/** Makes the tests run that are meant, and no other; says whether there are any. */
function choose(task, ids) {
  const isChosen =
    task.type === 'test' ? ids.has(task.id) : task.tasks.map((each) => choose(each, ids)).includes(true);
  task.mode = isChosen ? 'run' : 'skip';
  task.result = undefined;
  return isChosen;
}

/** Has modules run anew when they are imported again. */
function reset(modules) {
  for (const module of modules.values())
    Object.assign(module, { promise: undefined, exports: undefined, evaluated: false });
}

function testsIn(task) {
  return task.type === 'test' ? [task] : task.tasks.flatMap(testsIn);
}

function say(line) {
  appendFileSync(log, `${JSON.stringify(line)}\n`);
}
