import type { ComponentChildren } from 'preact';

interface TableProps {
  /** Titles; those that begin with # are of numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  readonly total?: readonly ComponentChildren[];
  readonly caption?: string;
}

/** A table whose rows begin with their name. */
export function Table({ columns, rows, total, caption }: TableProps) {
  const kind = (column: number): string | undefined =>
    columns[column]?.startsWith('#') ? 'number' : undefined;
  const line = (cells: readonly ComponentChildren[], key?: number) => (
    <tr key={key}>
      {cells.map((cell, column) =>
        column === 0 ? (
          <th key={column} scope="row" dir="auto">
            {cell}
          </th>
        ) : (
          <td key={column} class={kind(column)}>
            {cell}
          </td>
        ),
      )}
    </tr>
  );
  return (
    <div
      class="scroll"
      role="group"
      tabIndex={0}
      aria-label={caption ?? columns.join(', ').replaceAll('#', '')}
    >
      <table>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            {columns.map((title, column) => (
              <th key={title} scope="col" class={kind(column)}>
                {title.replace('#', '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows.map(line)}</tbody>
        {total && <tfoot>{line(total)}</tfoot>}
      </table>
    </div>
  );
}
