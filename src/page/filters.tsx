import { useEffect, useState } from 'preact/hooks';
import { LANES } from '../core/catalogue/model.ts';
import type { PageFilter } from '../core/page/types.ts';
import type { Router } from './route.ts';
import type { Shown } from './words.ts';

/** How long nobody types before what was typed is looked for. */
const PAUSE_MS = 250;

/** The filters of `pixtab history`, in the same words. */
export function Filters({ start, router }: { readonly start: Shown; readonly router: Router }) {
  const { filters, view } = router.route;
  const set = (filter: PageFilter, value: string, isTyped = false): void =>
    router.go({ view, filters: { ...filters, [filter]: value } }, isTyped);
  const models = start.models.map(({ id, alias }) => [id, alias] as const);
  const choice = (filter: PageFilter, label: string, options: readonly (readonly [string, string])[]) => (
    <Choice
      label={label}
      value={filters[filter] ?? ''}
      options={options}
      onChange={(value) => set(filter, value)}
    />
  );
  const field = (filter: PageFilter, label: string, hint: string) => (
    <Typed
      label={label}
      hint={hint}
      value={filters[filter] ?? ''}
      onType={(value) => set(filter, value, true)}
    />
  );
  const isSet = Object.values(filters).some((value) => value !== '');
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {!start.hidesPrompts && (
        <Typed
          label="Search"
          hint="words of prompts"
          value={filters.search ?? ''}
          onType={(value) => set('search', value, true)}
        />
      )}
      {choice('model', 'Model', models)}
      {start.projects.length > 0 && choice('project', 'Project', named(start.projects))}
      {start.labels.length > 0 && choice('label', 'Label', named(start.labels))}
      {choice('lane', 'Lane', named(LANES))}
      <Choice
        label="Outcome"
        value={filters.refused ? 'refused' : filters.unconfirmed ? 'unconfirmed' : ''}
        options={[
          ['refused', 'no picture'],
          ['unconfirmed', 'may be charged'],
        ]}
        onChange={(value) => {
          const { refused: _, unconfirmed: __, ...rest } = filters;
          router.go({ view, filters: value === '' ? rest : { ...rest, [value]: 'yes' } });
        }}
      />
      {field('since', 'Since', '7d, yesterday, 2026-11')}
      {field('until', 'Until', 'last week, 2026-11-20')}
      {filters.run && field('run', 'Run', 'an id')}
      {isSet && (
        <button type="button" onClick={() => router.go({ view, filters: {} })}>
          Clear filters
        </button>
      )}
    </form>
  );
}

const named = (names: readonly string[]) => names.map((name) => [name, name] as const);

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** Values, and how people call them. */
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const isKnown = value === '' || options.some(([one]) => one === value);
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">all</option>
        {!isKnown && <option value={value}>{value}</option>}
        {options.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TypedProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onType: (value: string) => void;
}

/** Looked for when somebody stops typing. */
function Typed({ label, hint, value, onType }: TypedProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onType(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label>
      {label}
      <input
        type="search"
        value={typed}
        placeholder={hint}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  );
}
