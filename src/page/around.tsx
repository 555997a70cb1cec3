import type { PageAround, PageRow } from '../core/page/types.ts';
import { printable } from '../core/text/text.ts';
import { thumbOf } from './source.ts';
import { money, priceOf, type Shown } from './words.ts';

interface AroundProps {
  readonly row: PageRow;
  readonly around: PageAround;
  readonly start: Shown;
  /** The address of a request. */
  readonly link: (id: string) => string;
}

/** What a request is looked at beside: its inputs, its tries, the turns of its session, and the same prompt elsewhere. */
export function Around({ row, around: { tries, session, alike }, start, link }: AroundProps) {
  return (
    <>
      {row.inputs.length > 0 && (
        <section>
          <h3>Inputs</h3>
          <ul class="strip">
            {row.inputs.map(({ path, sha256 }, index) => (
              <li key={index}>
                {sha256 !== null && start.source === 'server' && <Thumb sha256={sha256} />}
                <span dir="auto">
                  {path === null ? '(not shown)' : path === '-' ? 'standard input' : printable(path)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {tries.length > 1 && (
        <section>
          <h3>Tries</h3>
          <ol class="list">
            {tries.map((one) => (
              <li key={one.id} aria-current={one.id === row.id ? 'true' : undefined}>
                <a href={link(one.id)}>
                  {start.clock(one.at)} · {one.alias} · {priceOf(one)} · {one.outcome}
                </a>
              </li>
            ))}
          </ol>
        </section>
      )}
      {session !== null && (
        <section>
          <h3>Session {printable(session.name)}</h3>
          <ol class="list turns">
            {session.turns.map((turn) => (
              <li key={turn.id} aria-current={turn.id === row.id ? 'true' : undefined}>
                <a href={link(turn.id)}>
                  {turn.sha256 !== null && <Thumb sha256={turn.sha256} />}
                  <span>
                    <span dir="auto">{turn.prompt ?? '(not shown)'}</span>
                    <small>
                      {turn.alias} · {money(turn.cost)} · {start.clock(turn.at)}
                    </small>
                  </span>
                </a>
              </li>
            ))}
          </ol>
        </section>
      )}
      {alike.length > 0 && <Alike {...{ row, alike, start, link }} />}
    </>
  );
}

/** Of a picture that may be nowhere any more. */
function Thumb({ sha256 }: { readonly sha256: string }) {
  return (
    <img
      src={thumbOf(sha256)}
      alt=""
      onError={({ currentTarget }) => {
        currentTarget.hidden = true;
      }}
    />
  );
}

/** What the same prompt cost, of this model and of others. */
function Alike({
  row,
  alike,
  start,
  link,
}: Omit<AroundProps, 'around'> & { readonly alike: readonly PageRow[] }) {
  return (
    <section>
      <h3>The same prompt</h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col">size</th>
              <th scope="col" class="number">
                price
              </th>
              <th scope="col">outcome</th>
              <th scope="col">bought</th>
            </tr>
          </thead>
          <tbody>
            {[row, ...alike].map((one) => (
              <tr key={one.id} class={one.id === row.id ? 'this' : undefined}>
                <th scope="row">
                  {one.id === row.id ? `${one.alias} (this one)` : <a href={link(one.id)}>{one.alias}</a>}
                </th>
                <td>
                  {one.size} {one.lane !== 'now' && one.lane}
                </td>
                <td class="number">{priceOf(one)}</td>
                <td>{one.outcome}</td>
                <td>{start.clock(one.at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
