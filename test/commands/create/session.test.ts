import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { candidate, imagePart, textAnswer } from '../../support/answers.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { fakeSessions } from '../../support/fakes/sessions.ts';
import { MODELS_TODAY } from '../../support/pricing.ts';

/** As a model answers that signs what it made. */
const signed = (tag: string) =>
  candidate([
    { text: 'thinking', thought: true },
    {
      ...imagePart(fakePicture('jpeg', 64, 64, tag), 'image/jpeg'),
      thoughtSignature: `signature of ${tag}`,
      extra: [tag],
    },
  ]);

async function editing(options: WorldOptions = {}) {
  const made = world({ script: ['one', 'two', 'three', 'four'].map(signed), ...options });
  await made.pictureFiles.put('a.jpg', fakePicture('jpeg', 100, 100, 'a'), { replace: false });
  return made;
}

describe('edit --continue', () => {
  it('sends the earlier turns again, the model’s part exactly as it came', async () => {
    const { pixtab, api } = await editing();
    await pixtab('edit', 'a.jpg', '-p', 'make it night');
    const ran = await pixtab('edit', '--continue', 'add a lake');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('goes on from "make it night", after 1 turn of session last');
    const [first, second] = api.sent;
    expect(second).toMatchObject({ prompt: 'add a lake', inputs: [], model: { id: first?.model.id } });
    expect(second?.history).toMatchObject([{ prompt: 'make it night', inputs: [{ name: 'a.jpg' }] }]);
    expect(second?.history?.[0]?.answer).toEqual([
      {
        ...imagePart(fakePicture('jpeg', 64, 64, 'one'), 'image/jpeg'),
        thoughtSignature: 'signature of one',
        extra: ['one'],
      },
    ]);
  });

  it('quotes what is sent again', async () => {
    const { pixtab } = await editing();
    const first = JSON.parse((await pixtab('edit', 'a.jpg', '-p', 'make it night', '--json')).stdout);
    const second = JSON.parse((await pixtab('edit', '--continue', 'make it night', '--json')).stdout);
    const quantity = (document: typeof first, meter: string): number =>
      document.quote.lines.find((line: { meter: string }) => line.meter === meter).quantity;
    expect(quantity(second, 'image input')).toBe(2 * quantity(first, 'image input'));
    expect(quantity(second, 'text input')).toBeGreaterThan(quantity(first, 'text input'));
  });

  it('goes on and on, and another edit begins anew', async () => {
    const { pixtab, api } = await editing();
    await pixtab('edit', 'a.jpg', '-p', 'one');
    await pixtab('edit', '--continue', 'two');
    await pixtab('edit', '--continue', 'three');
    expect(api.sent[2]?.history?.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
    await pixtab('edit', 'a.jpg', '-p', 'other');
    await pixtab('edit', '--continue', 'more');
    expect(api.sent[4]?.history?.map(({ prompt }) => prompt)).toEqual(['other']);
  });

  it('shows another model the last picture alone, and begins the session anew with it', async () => {
    const { pixtab, api } = await editing();
    await pixtab('edit', 'a.jpg', '-p', 'one');
    const ran = await pixtab('edit', '--continue', 'two', '-m', 'nano-banana-pro');
    expect(ran.stderr).toContain('another model sees its last picture alone');
    expect(api.sent[1]).toMatchObject({ model: { id: 'gemini-3-pro-image' } });
    expect(api.sent[1]?.history).toBeUndefined();
    expect(Buffer.from(api.sent[1]?.inputs[0]?.bytes ?? []).toString('latin1')).toContain('one');
    await pixtab('edit', '--continue', 'three');
    expect(api.sent[2]).toMatchObject({ model: { id: 'gemini-3-pro-image' }, history: [{ prompt: 'two' }] });
  });

  it('loses no turn that could not be written: the picture is saved, and recover puts the turn in its place', async () => {
    const { pixtab, sessions, pictureFiles, journal } = await editing();
    const { finish } = sessions;
    Object.assign(sessions, { finish: () => Promise.reject(new Failure('disk', 'The disk is full.')) });
    const ran = await pixtab('edit', 'a.jpg', '-p', 'one', '--session', 'sky', '-o', 'one.jpg');
    expect([ran.code, pictureFiles.files.has('one.jpg'), journal.answers.size]).toEqual([11, true, 1]);
    expect(ran.stderr).toContain('The picture is saved (one.jpg)');
    Object.assign(sessions, { finish });
    const recovered = await pixtab('recover');
    expect(recovered.stderr).toContain('It is the last turn of session sky now.');
    expect(sessions.all.get('sky')).toMatchObject([{ prompt: 'one', inputs: [{ name: 'a.jpg' }] }]);
    expect([journal.answers.size, pictureFiles.files.size]).toEqual([0, 2]);
  });

  const unsigned = (tag: string) => candidate([imagePart(fakePicture('jpeg', 64, 64, tag), 'image/jpeg')]);

  it('says at once that a session whose answer has no signature cannot go on, and shows its last picture alone', async () => {
    const { pixtab, api } = await editing({ script: ['one', 'two', 'three'].map(unsigned) });
    const first = await pixtab('edit', 'a.jpg', '-p', 'one', '--session', 'sky');
    expect(first.stderr).toContain(
      'The answer came without a thought signature, so this session cannot go on',
    );
    const second = await pixtab('edit', '--continue', 'two');
    expect(second.code).toBe(0);
    expect(second.stderr).toContain(
      'its answers came without signatures, so the model sees its last picture alone',
    );
    expect(api.sent[1]?.history).toBeUndefined();
    expect(Buffer.from(api.sent[1]?.inputs[0]?.bytes ?? []).toString('latin1')).toContain('one');
  });

  it('does not speak of signatures where nobody asked for a session, nor of a model that has none', async () => {
    const { pixtab } = await editing({ script: ['one', 'two'].map(unsigned) });
    expect((await pixtab('edit', 'a.jpg', '-p', 'one')).stderr).not.toContain('signature');
    const model = ['-m', 'gemini-2.5-flash-image'];
    const older = await pixtab('edit', 'a.jpg', '-p', 'one', '--session', 'sky', ...model);
    expect([older.code, older.stderr]).toEqual([0, expect.not.stringContaining('signature')]);
  });

  it('lets the oldest turns go that no longer fit into a request, and then all but the last picture', async () => {
    const huge = 'x'.repeat(45_000_000);
    const heavy = (tag: string) =>
      candidate([{ ...imagePart(fakePicture('jpeg', 64, 64, tag), 'image/jpeg'), thoughtSignature: huge }]);
    const { pixtab, api } = await editing({ script: ['one', 'two', 'three', 'four'].map(heavy) });
    await pixtab('edit', 'a.jpg', '-p', 'one');
    for (const words of ['two', 'three']) await pixtab('edit', '--continue', words);
    const fourth = await pixtab('edit', '--continue', 'four');
    expect([fourth.code, fourth.stderr]).toEqual([
      0,
      expect.stringContaining('1 turn at its beginning no longer fit into a request'),
    ]);
    expect(api.sent[3]?.history?.map(({ prompt }) => prompt)).toEqual(['two', 'three']);
  });

  it('takes the last turn back with --undo, however stuck the session is, and buys nothing', async () => {
    const { pixtab, api, sessions } = await editing();
    await pixtab('edit', 'a.jpg', '-p', 'one', '--session', 'sky');
    await pixtab('edit', '--session', 'sky', '-p', 'two');
    const undone = await pixtab('edit', '--undo');
    expect(undone).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('undone 1 turn left of session sky'),
    });
    expect(sessions.all.get('sky')).toMatchObject([{ prompt: 'one' }]);
    const { stdout } = await pixtab('edit', '--undo', '--session', 'sky', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'ok', exitCode: 0, images: [], error: null });
    expect((await pixtab('edit', '--undo')).stderr).toContain('There is no edit to go on from.');
    expect((await pixtab('edit', 'a.jpg', '--undo')).code).toBe(2);
    expect(api.sent).toHaveLength(2);
  });

  it('keeps named sessions apart', async () => {
    const { pixtab, api } = await editing();
    await pixtab('edit', 'a.jpg', '-p', 'sky', '--session', 'sky');
    await pixtab('edit', 'a.jpg', '-p', 'other');
    await pixtab('edit', '--session', 'sky', '-p', 'clouds');
    expect(api.sent[2]?.history?.map(({ prompt }) => prompt)).toEqual(['sky']);
    await pixtab('edit', '--continue', 'birds');
    expect(api.sent[3]?.history?.map(({ prompt }) => prompt)).toEqual(['sky', 'clouds']);
  });

  it('does not remember what brought no picture', async () => {
    const { pixtab, sessions } = await editing({
      script: [textAnswer('No.'), textAnswer('No.')],
    });
    expect((await pixtab('edit', 'a.jpg', '-p', 'one')).code).toBe(5);
    expect(sessions.all.size).toBe(0);
  });

  it.each([
    [['edit', '--continue', 'two'], /no edit to go on from/],
    [['edit', '--session', 'sky', '-p', 'two'], /no session sky to go on with/],
    [['edit', '--session', '../sky', '-p', 'two'], /^pixtab: --session: "..\/sky" is no name/],
    [['edit', '--session', 'x'.repeat(61), '-p', 'two'], /up to 60 letters/],
    [['edit', 'a.jpg', '-p', 'x', '--continue', 'y'], /twice/],
    [['edit', 'a.jpg', '-p', 'x', '--session', 'sky', '-n', '2'], /-n asks for 2/],
    [['edit', 'a.jpg', '-p', 'x', '--session', 'sky', '-m', 'imagen-4', '--allow-retired'], /cannot/],
  ])('%j is refused before anything is sent', async (args, says) => {
    const { pixtab, api } = await editing();
    const ran = await pixtab(...args);
    expect(ran.stderr).toMatch(says);
    expect(ran.code).toBe(2);
    expect(api.sent).toEqual([]);
  });
});

describe('pictures that are more than a session keeps', () => {
  const ELEVEN = Array.from({ length: 11 }, () => 'heavy.jpg');
  async function withHeavy() {
    const made = await editing();
    await made.pictureFiles.put('heavy.jpg', fakePicture('jpeg', 9, 9, 'x'.repeat(30_000_000)), {
      replace: false,
    });
    return made;
  }

  it('are bought all the same, and it is said that nothing goes on from them', async () => {
    const { pixtab, api } = await withHeavy();
    await pixtab('edit', 'a.jpg', '-p', 'one');
    const ran = await pixtab('edit', ...ELEVEN, '-p', 'two', '-m', 'nano-banana-2-lite');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      'note   --continue cannot go on from it: a session keeps up to 300.0 MB of pictures a turn, and these are 330.0 MB.',
    );
    await pixtab('edit', '--continue', 'three');
    expect(api.sent.at(-1)?.history?.map(({ prompt }) => prompt)).toEqual(['one']);
  });

  it('are refused where a session was asked for', async () => {
    const { pixtab, api } = await withHeavy();
    const ran = await pixtab('edit', ...ELEVEN, '-p', 'two', '--session', 'sky');
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('keeps up to 300.0 MB') });
    expect(api.sent).toEqual([]);
  });
});

describe('chat', () => {
  const chatting = (...lines: readonly string[]) => {
    const left = [...lines];
    return editing({
      deps: { dialogue: async () => ({ ask: async () => left.shift() ?? null, close() {} }) },
    });
  };

  it('buys a turn a line, says the price of each and of all, and goes on from the last picture', async () => {
    const { pixtab, api } = await chatting('a lighthouse', 'at night', '/cost', '/quit', 'never sent');
    const ran = await pixtab('chat');
    expect(ran.code).toBe(0);
    expect(ran.stdout.split('\n')).toHaveLength(2);
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a lighthouse', 'at night']);
    expect(api.sent[1]?.history?.map(({ prompt }) => prompt)).toEqual(['a lighthouse']);
    expect(ran.stderr).toMatch(/cost {3}\$0\.\d+ for 2 turns of this session/);
  });

  it('takes turns back, saves pictures and changes the model', async () => {
    const { pixtab, api, pictureFiles } = await chatting(
      'one',
      'two',
      '/undo',
      '/save kept',
      '/model nano-banana-pro',
      'three',
    );
    const ran = await pixtab('chat', '--session', 'sea');
    expect(ran.code).toBe(0);
    expect(Buffer.from(await pictureFiles.read('kept.jpg')).toString('latin1')).toContain('one');
    expect(ran.stderr).toContain('1 turn left of session sea; what was paid stays paid');
    expect(api.sent[2]).toMatchObject({
      model: { id: 'gemini-3-pro-image' },
      inputs: [{ name: 'the last picture' }],
    });
  });

  it('ends with the code of what matters most, whatever the lines after it did', async () => {
    const { pixtab, pictureFiles } = await chatting('one', '/model imagen-4-fast', '/quit');
    pictureFiles.breaks('put', 'no space left');
    const ran = await pixtab('chat');
    expect(ran.stderr).toContain('Imagen 4 Fast is not for a chat');
    expect(ran.code).toBe(11);
  });

  it('ends with the code of a paid picture that was lost, also where the session cannot be read after it', async () => {
    const sessions = fakeSessions();
    const lines = ['one'];
    const { pixtab, api, pictureFiles } = await editing({
      deps: {
        dialogue: async () => ({ ask: async () => lines.shift() ?? null, close() {} }),
        sessions: async () => ({
          ...sessions,
          async load(name) {
            if (api.sent.length > 0) throw new Failure('usage', 'The sessions cannot be used.');
            return sessions.load(name);
          },
        }),
      },
    });
    pictureFiles.breaks('put', 'no space left');
    const ran = await pixtab('chat', '--session', 'sea');
    expect(ran.stderr).toContain('The sessions cannot be used');
    expect(ran.code).toBe(11);
  });

  it('offers the models that can go on from a picture, and no others', async () => {
    let offered: readonly string[] = [];
    const dialogue = async (complete: (line: string) => readonly string[]) => {
      offered = complete('/model ');
      return { ask: async () => null, close() {} };
    };
    const { pixtab } = await editing({ deps: { dialogue } });
    await pixtab('chat');
    const names = offered.map((line) => line.replace('/model ', ''));
    expect(MODELS_TODAY.map(({ id }) => id).filter((id) => names.includes(id))).toEqual([
      'gemini-nano-banana-2.1',
      'gemini-3.1-flash-lite-image',
      'gemini-3-pro-image',
    ]);
    const told = await (await chatting('/model imagen-4-fast', '/model')).pixtab('chat');
    expect(told.stderr).toContain(`Imagen 4 Fast is not for a chat.\n  These are: ${names.join(', ')}`);
    expect(told.stderr).toContain('model  auto');
    expect((await pixtab('chat', '-m', 'imagen-4')).code).toBe(2);
  });

  it('says what was paid for turns that were taken back, and for answers without a picture', async () => {
    const { pixtab } = await chatting('one', 'two', '/undo', '/cost');
    const said = (await pixtab('chat')).stderr.split('\n').at(-1) ?? '';
    expect(said).toMatch(/^cost {3}(\$0\.\d+) for 1 turn of this session, and \1 for other answers$/);
    const lines = ['one', '/quit'];
    const refusing = await editing({
      script: [textAnswer('No.'), textAnswer('No.')],
      deps: { dialogue: async () => ({ ask: async () => lines.shift() ?? null, close() {} }) },
    });
    const { stderr } = await refusing.pixtab('chat');
    expect(stderr).toMatch(/cost {3}\$0\.00 for 0 turns of this session, and \$0\.\d+ for other answers/);
  });

  it('stays with the model that was asked for when every turn is taken back', async () => {
    const { pixtab, api } = await chatting('one', '/undo', 'again');
    await pixtab('chat', '-m', 'nano-banana-pro');
    expect(api.sent.map(({ model }) => model.id)).toEqual(['gemini-3-pro-image', 'gemini-3-pro-image']);
  });

  it('comes back to the turns of the earlier model when the one of another is taken back', async () => {
    const lines = ['one', '/model nano-banana-pro', 'two', '/save mine', '/undo', '/model auto', 'three'];
    const { pixtab, api, pictureFiles } = await chatting(...lines);
    expect((await pixtab('chat')).code).toBe(0);
    expect(Buffer.from(await pictureFiles.read('mine.jpg')).toString('latin1')).toContain('two');
    expect(api.sent[2]).toMatchObject({ model: api.sent[0]?.model, history: [{ prompt: 'one' }] });
  });

  it('ends with 130 when it is interrupted: the turn is finished, and nothing more is bought', async () => {
    const left = ['one', 'two'];
    const { pixtab, api, stop, sessions } = await editing({
      script: [async () => (stop.abort(), signed('one'))],
      deps: { dialogue: async () => ({ ask: async () => left.shift() ?? null, close() {} }) },
    });
    const ran = await pixtab('chat', '--session', 'sky');
    expect(ran.code).toBe(130);
    expect(ran.stdout).not.toBe('');
    expect(api.sent).toHaveLength(1);
    expect(sessions.all.get('sky')).toHaveLength(1);
  });

  it('replaces the file of -o when it may, and sends no line that shows nothing', async () => {
    const { pixtab, api, pictureFiles } = await chatting('one', '\u200B', 'two');
    const ran = await pixtab('chat', '-o', 'it.jpg', '--force');
    expect(ran).toMatchObject({ code: 0, stdout: 'it.jpg\nit.jpg' });
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
    expect(Buffer.from(await pictureFiles.read('it.jpg')).toString('latin1')).toContain('two');
  });

  it('refuses at once what no line of it could do', async () => {
    const { pixtab, api } = await chatting('one');
    const ran = await pixtab('chat', '--lane', 'batch');
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('--lane batch') });
    expect(ran.stderr).not.toContain('/quit ends it');
    expect(api.sent).toEqual([]);
  });

  it('goes on after what went wrong, and a script learns of it', async () => {
    const { pixtab, api } = await chatting('/nonsense', '/undo', '/save x', '/model nothing', 'one');
    const ran = await pixtab('chat');
    expect(api.sent).toHaveLength(1);
    expect(ran.stderr).toMatch(/There is no \/nonsense/);
    expect(ran.stderr).toMatch(/nothing to take back/);
    expect(ran.stderr).toMatch(/no picture yet/);
    expect(ran.code).toBe(2);
  });

  it('goes on in a session of its own once another process went on with the one it was in', async () => {
    const left = ['one', 'two', 'three', '/cost'];
    const { pixtab, api, sessions } = await editing({
      deps: { dialogue: async () => ({ ask: async () => left.shift() ?? null, close() {} }) },
      script: [signed('one'), async () => (await elsewhere(), signed('two'))],
    });
    async function elsewhere(): Promise<void> {
      const [last] = sessions.all.get('sky') ?? [];
      if (!last) throw new Error('there is no turn yet');
      const { answer, pictures, words, cost, ...asked } = last;
      await sessions.begin({ ...asked, id: 'elsewhere', session: 'sky', after: last.id, seen: last.id });
      await sessions.finish('elsewhere', { answer, pictures, words, cost });
    }
    const ran = await pixtab('chat', '--session', 'sky');
    expect(ran.stderr).toContain('note   Session sky went on elsewhere meanwhile');
    expect(api.sent[2]?.history?.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
    expect(sessions.all.get('sky')?.map(({ id }) => id)).toContain('elsewhere');
    expect(sessions.all.get('sky-2')?.map(({ prompt }) => prompt)).toEqual(['one', 'two', 'three']);
    expect(ran.stderr).toContain('for 3 turns of this session');
  });

  it('goes on with a session that edit began', async () => {
    const { pixtab, api } = await chatting('more');
    await pixtab('edit', 'a.jpg', '-p', 'one', '--session', 'sky');
    await pixtab('chat', '--session', 'sky');
    expect(api.sent[1]?.history?.map(({ prompt }) => prompt)).toEqual(['one']);
  });
});
