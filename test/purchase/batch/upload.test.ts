import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { InputImage } from '../../../src/core/order/order.ts';
import { resubmit, failedIn } from '../../../src/purchase/batch/resubmit.ts';
import type { FileStore, Upload } from '../../../src/ports/index.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import { aRun } from '../../support/purchases.ts';
import { scene, type Scene } from '../../support/jobs.ts';
import { aPicture } from '../../support/pricing.ts';

const HOUR = 3_600_000;
const CAT: InputImage = { ...aPicture, name: 'cat.png' };
const DOG: InputImage = { ...aPicture, name: 'dog.png', bytes: new Uint8Array([2]) };

/** A job of three requests that all show two pictures. */
async function job(here: Scene, name = 'one', runId = 'run-1') {
  const machine = here.machine(name);
  const [job] = await here.submitted(machine, 3, runId, [CAT, DOG]);
  if (!job) throw new Error('no job');
  const { jobId } = job;
  const stage = async () => (await machine.ledger.jobs.list('all')).find((one) => one.jobId === jobId);
  return { machine, jobId, stage, tended: () => advance(jobId, machine.world) };
}

/** What the file that a job was made of refers to, each once. */
function urisIn({ google }: Scene): readonly string[] {
  const [file] = [...google.stored.values()]
    .filter(({ mimeType }) => mimeType === 'application/jsonl')
    .slice(-1);
  const text = Buffer.from(file?.bytes ?? []).toString();
  return [...new Set(Array.from(text.matchAll(/"fileUri":"([^"]+)"/g), ([, uri = '']) => uri))];
}

const imagesOf = ({ google }: Scene): readonly string[] =>
  google.uploads.filter((name) => name.endsWith('.png'));
const filesOf = ({ google }: Scene): readonly string[] =>
  google.uploads.filter((name) => name.endsWith('.jsonl'));

describe('the pictures of a job', () => {
  it('are uploaded once, before the file that refers to them, and told', async () => {
    const here = scene();
    const { machine, tended } = await job(here);
    expect(await tended()).toMatchObject({ status: 'running', failure: null });
    expect(here.google.uploads.map((name) => name.replace(/-.*/, ''))).toEqual([
      'cat.png',
      'dog.png',
      'pixtab',
    ]);
    expect(machine.told).toEqual(['cat.png', 'dog.png']);
    const places = [...here.google.stored].flatMap(([name, { mimeType }]) =>
      mimeType === 'image/png' ? `https://google.example/${name}` : [],
    );
    expect(urisIn(here)).toEqual(places);
  });

  it('are those of another job as well, while they live long enough', async () => {
    const here = scene();
    await (await job(here)).tended();
    here.clock.advance(11 * HOUR);
    await (await job(here, 'one', 'run-2')).tended();
    expect(imagesOf(here)).toHaveLength(2);
    here.clock.advance(2 * HOUR);
    await (await job(here, 'one', 'run-3')).tended();
    expect(imagesOf(here)).toHaveLength(4);
    expect(here.google.created).toHaveLength(3);
  });

  it('survive a crash at any upload: nothing is uploaded twice, and one job is made', async () => {
    const here = scene();
    const { jobId } = await job(here, 'first');
    for (const [index, name] of ['first', 'second', 'third'].entries()) {
      const machine = here.machine(name);
      const cut = { ...machine.world.files, upload: breaking(index, machine.world.files.upload) };
      await expect(advance(jobId, { ...machine.world, files: cut })).rejects.toThrow('killed');
      here.kill(name);
    }
    expect(await advance(jobId, here.machine('last').world)).toMatchObject({ status: 'running' });
    expect(imagesOf(here)).toHaveLength(2);
    expect(filesOf(here)).toHaveLength(1);
    expect(here.google.created).toHaveLength(1);
  });

  it('and the file that refers to them are uploaded anew when the job waited here for long', async () => {
    const here = scene();
    here.google.twist('busy', 'busy');
    const { tended, stage } = await job(here);
    expect(await tended()).toMatchObject({ status: 'queued', failure: null });
    const before = urisIn(here);
    here.clock.advance(HOUR);
    expect(await tended()).toMatchObject({ status: 'queued' });
    expect(here.google.uploads).toHaveLength(3);
    here.clock.advance(40 * HOUR);
    expect(await tended()).toMatchObject({ status: 'running' });
    expect(here.google.uploads).toHaveLength(6);
    expect(urisIn(here)).not.toEqual(before);
    expect((await stage())?.file).toBe([...here.google.stored.keys()].at(-1));
  });

  it('are told of as they leave and while they are waited for, the file of requests while it is', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    const { files } = machine.world;
    const told: Upload[] = [];
    const waited: FileStore = {
      ...files,
      async upload(file, options) {
        const there = await files.upload(file, options);
        options.onWait?.(7);
        return there;
      },
    };
    await advance(jobId, { ...machine.world, files: waited, onUpload: (note) => void told.push(note) });
    const bytes = told.at(-1)?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(100);
    expect(told).toStrictEqual([
      { name: 'cat.png', bytes: 1, isNew: true },
      { name: 'cat.png', bytes: 1, isNew: true, arrived: 7 },
      { name: 'dog.png', bytes: 1, isNew: true },
      { name: 'dog.png', bytes: 1, isNew: true, arrived: 7 },
      { name: 'the requests', bytes, isNew: true, arrived: 7 },
      // As it is just before the job is made: it may have waited here for long.
      { name: 'cat.png', bytes: 1, isNew: true, arrived: 7 },
      { name: 'dog.png', bytes: 1, isNew: true, arrived: 7 },
      { name: 'the requests', bytes, isNew: true, arrived: 7 },
    ]);
  });

  it('stop at the first Ctrl-C: the job is not there yet', async () => {
    const here = scene();
    const { machine, jobId, stage } = await job(here);
    const { files } = machine.world;
    const cut: FileStore = {
      ...files,
      upload(file, options) {
        machine.stop.abort();
        return files.upload(file, options);
      },
    };
    expect(await advance(jobId, { ...machine.world, files: cut })).toMatchObject({
      status: 'queued',
      failure: { kind: 'cancelled' },
    });
    expect([here.google.uploads, await stage()]).toMatchObject([[], { stage: 'planned' }]);
  });

  it('name a mistake of ours where a job under way forgot what it asks for', async () => {
    const here = scene();
    const { machine, jobId } = await job(here);
    const { ledger } = machine.world.books;
    const items: typeof ledger.jobs.items = async (id) =>
      (await ledger.jobs.items(id)).map((item) => ({ ...item, request: null }));
    const books = { ...machine.world.books, ledger: { ...ledger, jobs: { ...ledger.jobs, items } } };
    await expect(advance(jobId, { ...machine.world, books })).rejects.toThrow(/was forgotten$/);
  });

  it('that do not arrive leave the job as it was, to be taken up again', async () => {
    const here = scene();
    const { tended, stage } = await job(here);
    here.google.refuseUpload(new Failure('unavailable', 'Google failed.', { charged: 'no' }));
    expect(await tended()).toMatchObject({ status: 'queued', failure: { message: 'Google failed.' } });
    expect(await stage()).toMatchObject({ stage: 'planned', items: { open: 3 } });
    expect(await tended()).toMatchObject({ status: 'running' });
  });

  it('are no longer kept here once every request brought its own, and stay at the API', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    await tended();
    here.google.end();
    expect(await tended()).toMatchObject({ status: 'done' });
    expect(await machine.ledger.jobs.inputs(jobId)).toEqual([]);
    expect([...here.google.stored.values()].map(({ mimeType }) => mimeType)).toEqual([
      'image/png',
      'image/png',
    ]);
  });

  it('go along when a request is asked for again, days later', async () => {
    const here = scene();
    const { machine, jobId, tended } = await job(here);
    const [, failing = ''] = [...here.store.attempts.keys()];
    here.google.outcomes.set(failing, { error: { code: 13, message: 'Internal.' } });
    await tended();
    here.google.end();
    expect(await tended()).toMatchObject({ status: 'done' });
    here.clock.advance(100 * HOUR);
    const [old] = await machine.ledger.jobs.list('all');
    if (!old) throw new Error('no job');
    await machine.ledger.begin({
      runId: 'run-2',
      command: 'batch resubmit',
      at: 0,
      project: null,
      labels: [],
    });
    let ids = 0;
    const items = await machine.ledger.jobs.items(old.jobId);
    const failed = failedIn(items, { refused: false, unconfirmed: false });
    const newId = () => `again-${(ids += 1)}`;
    const repeat = { items: failed, run: aRun({ runId: 'run-2' }), newId, tier: 1 as const };
    const [made = ''] = await resubmit(old, repeat, machine.world);
    expect(await machine.ledger.jobs.inputs(jobId)).toEqual([]);
    expect(await advance(made, machine.world)).toMatchObject({ status: 'running' });
    expect(imagesOf(here)).toEqual(['cat.png', 'dog.png', 'cat.png', 'dog.png']);
    expect(urisIn(here)).toHaveLength(2);
  });
});

/** Uploads so many files, and then the process is gone. */
function breaking<Upload extends (...args: never[]) => unknown>(after: number, upload: Upload): Upload {
  let done = 0;
  const cut = (...args: Parameters<Upload>): unknown => {
    if ((done += 1) > after) throw new Error('killed');
    return upload(...args);
  };
  return cut as Upload;
}
