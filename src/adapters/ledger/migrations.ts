/**
 * The schema, one step after the other. A step that was released never changes: append another.
 * Amounts are whole nano-dollars and times are milliseconds since 1970, each with a readable twin beside it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    command TEXT NOT NULL,
    project TEXT,
    labels TEXT NOT NULL CHECK (json_valid(labels)),
    max_cost_nano INTEGER,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    outcome TEXT,
    started_at TEXT AS (${readableTime('started_ms')}),
    ended_at TEXT AS (${readableTime('ended_ms')})
  ) STRICT;

  CREATE TABLE attempts (
    attempt_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs,
    state TEXT NOT NULL
      CHECK (state IN ('held', 'sent', 'replied', 'settled', 'saved', 'released', 'unconfirmed')),
    why TEXT,
    model TEXT NOT NULL,
    wire TEXT NOT NULL,
    lane TEXT NOT NULL,
    size TEXT NOT NULL,
    aspect TEXT,
    images INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    low_nano INTEGER NOT NULL,
    expected_nano INTEGER NOT NULL,
    high_nano INTEGER NOT NULL,
    save_plan TEXT NOT NULL CHECK (json_valid(save_plan)),
    sends INTEGER NOT NULL DEFAULT 0,
    -- The process that works on it.
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_start TEXT NOT NULL,
    held_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    held_at TEXT AS (${readableTime('held_ms')}),
    changed_at TEXT AS (${readableTime('changed_ms')})
  ) STRICT;
  CREATE INDEX attempts_by_run ON attempts (run_id);
  CREATE INDEX attempts_by_time ON attempts (held_ms);

  -- Money that is set aside now; a row goes when its attempt is settled, released or unconfirmed.
  CREATE TABLE holds (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts,
    amount_nano INTEGER NOT NULL,
    amount_usd TEXT AS (${dollars('amount_nano')})
  ) STRICT;

  CREATE TABLE bills (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts,
    basis TEXT NOT NULL CHECK (basis IN ('metered', 'listed', 'estimated')),
    charged TEXT NOT NULL CHECK (charged IN ('yes', 'no', 'unknown')),
    amount_nano INTEGER NOT NULL,
    settled_ms INTEGER NOT NULL,
    amount_usd TEXT AS (${dollars('amount_nano')}),
    settled_at TEXT AS (${readableTime('settled_ms')})
  ) STRICT;

  CREATE TABLE bill_lines (
    attempt_id TEXT NOT NULL REFERENCES bills,
    line INTEGER NOT NULL,
    meter TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit TEXT NOT NULL,
    rate_nano INTEGER NOT NULL,
    per INTEGER NOT NULL,
    amount_nano INTEGER NOT NULL,
    amount_usd TEXT AS (${dollars('amount_nano')}),
    PRIMARY KEY (attempt_id, line)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE images (
    attempt_id TEXT NOT NULL REFERENCES attempts,
    n INTEGER NOT NULL,
    path TEXT NOT NULL,
    shown_path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mime_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    saved_ms INTEGER NOT NULL,
    saved_at TEXT AS (${readableTime('saved_ms')}),
    PRIMARY KEY (attempt_id, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX images_by_path ON images (path);
  CREATE INDEX images_by_sha256 ON images (sha256);

  CREATE TABLE budgets (
    per TEXT NOT NULL CHECK (per IN ('run', 'day', 'month')),
    model TEXT,
    project TEXT,
    amount_nano INTEGER NOT NULL,
    zone TEXT NOT NULL,
    set_ms INTEGER NOT NULL,
    amount_usd TEXT AS (${dollars('amount_nano')}),
    set_at TEXT AS (${readableTime('set_ms')})
  ) STRICT;
  CREATE UNIQUE INDEX budgets_by_scope ON budgets (per, ifnull(model, ''), ifnull(project, ''));

  -- What was spent, summed up for every quarter of an hour in which it was held: budgets and reports over any
  -- calendar read this instead of every attempt. Kept in the transaction that changes the attempt.
  CREATE TABLE spending (
    quarter_hour INTEGER NOT NULL,
    model TEXT NOT NULL,
    lane TEXT NOT NULL,
    project TEXT NOT NULL,
    labels TEXT NOT NULL,
    settled_nano INTEGER NOT NULL DEFAULT 0,
    unconfirmed_nano INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    unconfirmed_requests INTEGER NOT NULL DEFAULT 0,
    images INTEGER NOT NULL DEFAULT 0,
    started_at TEXT AS (${readableTime('quarter_hour * 900000')}),
    PRIMARY KEY (quarter_hour, model, lane, project, labels)
  ) STRICT, WITHOUT ROWID;

  CREATE VIEW spend_by_day AS
    SELECT substr(started_at, 1, 10) AS day_utc, model, ${dollars('sum(settled_nano)')} AS settled_usd,
      ${dollars('sum(unconfirmed_nano)')} AS unconfirmed_usd, sum(requests) AS requests, sum(images) AS images
    FROM spending GROUP BY day_utc, model;

  CREATE VIEW purchases AS
    SELECT a.held_at, a.state, a.model, a.lane, a.size, a.images, ${dollars('a.expected_nano')} AS expected_usd,
      b.amount_usd AS billed_usd, b.basis, r.project, r.labels, a.prompt, a.why, a.attempt_id, a.run_id
    FROM attempts a JOIN runs r USING (run_id) LEFT JOIN bills b USING (attempt_id);
  `,
  `
  -- A row for every send of the last day or so, whichever process it was of: what keeps them all inside the limits.
  CREATE TABLE slots (
    slot INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    taken_ms INTEGER NOT NULL,
    images INTEGER NOT NULL,
    cost_nano INTEGER NOT NULL,
    -- Google did not take it.
    refused INTEGER NOT NULL DEFAULT 0,
    taken_at TEXT AS (${readableTime('taken_ms')})
  ) STRICT;
  CREATE INDEX slots_by_model ON slots (model, taken_ms);
  CREATE INDEX slots_by_time ON slots (taken_ms);

  -- Limits that were met, and so are known; the model is empty where all of them share one.
  CREATE TABLE learned_limits (
    model TEXT NOT NULL,
    meter TEXT NOT NULL CHECK (meter IN ('requests', 'images', 'spend')),
    most INTEGER NOT NULL,
    learned_ms INTEGER NOT NULL,
    learned_at TEXT AS (${readableTime('learned_ms')}),
    PRIMARY KEY (model, meter)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- For the latest bills of a model, which later quotes learn from.
  CREATE INDEX attempts_by_model ON attempts (model, size, held_ms);
  `,
  `
  -- Jobs of the batch lane, from before their first byte until everything in them is accounted for.
  CREATE TABLE batch_jobs (
    job_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs,
    model TEXT NOT NULL,
    base_url TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('planned', 'uploaded', 'creating', 'running', 'ended', 'done')),
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    -- Names at the API.
    file TEXT,
    batch TEXT,
    results_file TEXT,
    remote_state TEXT,
    succeeded INTEGER,
    why TEXT,
    -- The process that works on it; empty while none does.
    host TEXT,
    pid INTEGER,
    process_start TEXT,
    leased_ms INTEGER,
    planned_ms INTEGER NOT NULL,
    sent_ms INTEGER,
    ended_ms INTEGER,
    planned_at TEXT AS (${readableTime('planned_ms')}),
    sent_at TEXT AS (${readableTime('sent_ms')}),
    ended_at TEXT AS (${readableTime('ended_ms')})
  ) STRICT;

  CREATE TABLE batch_items (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts,
    job_id TEXT NOT NULL REFERENCES batch_jobs,
    n INTEGER NOT NULL,
    request TEXT NOT NULL CHECK (json_valid(request)),
    resubmitted_as TEXT REFERENCES attempts
  ) STRICT;
  CREATE INDEX batch_items_by_job ON batch_items (job_id, n);
  `,
  `
  -- What the purchase was quoted at, for whoever finishes it later.
  ALTER TABLE attempts ADD COLUMN terms TEXT CHECK (terms IS NULL OR json_valid(terms));
  `,
  `
  -- Pictures that requests of jobs refer to, each once, until nothing can ask for them any more.
  CREATE TABLE batch_inputs (
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE batch_item_inputs (
    attempt_id TEXT NOT NULL REFERENCES batch_items,
    sha256 TEXT NOT NULL REFERENCES batch_inputs,
    PRIMARY KEY (attempt_id, sha256)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX batch_item_inputs_by_picture ON batch_item_inputs (sha256);
  `,
  `
  -- The job of which it asks for something again.
  ALTER TABLE batch_jobs ADD COLUMN repeats TEXT REFERENCES batch_jobs;
  `,
  `
  -- What else was asked for, so that the same can be bought again.
  ALTER TABLE attempts ADD COLUMN asked TEXT CHECK (asked IS NULL OR json_valid(asked));
  -- The API's own word for why an answer brought no picture.
  ALTER TABLE attempts ADD COLUMN refusal TEXT;
  -- The kind of failure after which an attempt was released.
  ALTER TABLE attempts ADD COLUMN released_as TEXT;
  UPDATE attempts SET refusal = 'not recorded'
    WHERE state = 'saved' AND attempt_id NOT IN (SELECT attempt_id FROM images);

  -- What somebody knew later of a request whose outcome was unknown.
  CREATE TABLE decisions (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts,
    charged TEXT NOT NULL CHECK (charged IN ('yes', 'no')),
    who TEXT NOT NULL,
    decided_ms INTEGER NOT NULL,
    decided_at TEXT AS (${readableTime('decided_ms')})
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- When the answer to the making of a job was noticed to be lost.
  ALTER TABLE batch_jobs ADD COLUMN lost_ms INTEGER;
  `,
  `
  -- In what an answer differed from what was asked for: a list of sentences.
  ALTER TABLE attempts ADD COLUMN differences TEXT CHECK (differences IS NULL OR json_valid(differences));
  `,
  `
  -- Who was asked; null in what was written down before.
  ALTER TABLE attempts ADD COLUMN gateway TEXT;
  DROP VIEW purchases;
  CREATE VIEW purchases AS
    SELECT a.held_at, a.state, a.model, a.gateway, a.lane, a.size, a.images,
      ${dollars('a.expected_nano')} AS expected_usd, b.amount_usd AS billed_usd, b.basis, r.project, r.labels,
      a.prompt, a.why, a.attempt_id, a.run_id
    FROM attempts a JOIN runs r USING (run_id) LEFT JOIN bills b USING (attempt_id);

  -- A bill may be what its seller states. The lines refer to the bills again as soon as these are back.
  PRAGMA defer_foreign_keys = ON;
  CREATE TABLE bills_before AS SELECT attempt_id, basis, charged, amount_nano, settled_ms FROM bills;
  DROP TABLE bills;
  CREATE TABLE bills (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts,
    basis TEXT NOT NULL CHECK (basis IN ('metered', 'listed', 'estimated', 'stated')),
    charged TEXT NOT NULL CHECK (charged IN ('yes', 'no', 'unknown')),
    amount_nano INTEGER NOT NULL,
    settled_ms INTEGER NOT NULL,
    amount_usd TEXT AS (${dollars('amount_nano')}),
    settled_at TEXT AS (${readableTime('settled_ms')})
  ) STRICT;
  INSERT INTO bills (attempt_id, basis, charged, amount_nano, settled_ms) SELECT * FROM bills_before;
  DROP TABLE bills_before;

  -- Limits belong to an account, an API and a key: its host and a hash that only the owner of the key can make. What was
  -- sent and learned before belongs to nobody that could be told.
  DROP TABLE slots;
  CREATE TABLE slots (
    slot INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    taken_ms INTEGER NOT NULL,
    images INTEGER NOT NULL,
    cost_nano INTEGER NOT NULL,
    -- It was not taken.
    refused INTEGER NOT NULL DEFAULT 0,
    taken_at TEXT AS (${readableTime('taken_ms')})
  ) STRICT;
  CREATE INDEX slots_by_model ON slots (account, model, taken_ms);
  CREATE INDEX slots_by_time ON slots (account, taken_ms);
  DROP TABLE learned_limits;
  CREATE TABLE learned_limits (
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    meter TEXT NOT NULL CHECK (meter IN ('requests', 'images', 'spend')),
    most INTEGER NOT NULL,
    learned_ms INTEGER NOT NULL,
    learned_at TEXT AS (${readableTime('learned_ms')}),
    PRIMARY KEY (account, model, meter)
  ) STRICT, WITHOUT ROWID;

  -- Who made the job; null in what was written down before.
  ALTER TABLE batch_jobs ADD COLUMN account TEXT;
  `,
  `
  -- The process that an attempt or a job belongs to. Empty: nobody's, or from before this step.
  ALTER TABLE attempts ADD COLUMN owner TEXT;
  ALTER TABLE batch_jobs ADD COLUMN owner TEXT;

  -- Processes that hold something, and how often they said that they live.
  CREATE TABLE processes (
    owner TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    beats INTEGER NOT NULL,
    beat_ms INTEGER NOT NULL,
    beat_at TEXT AS (${readableTime('beat_ms')})
  ) STRICT, WITHOUT ROWID;

  -- Which of these signs of life other machines saw last, and when that was by their own clock.
  CREATE TABLE sightings (
    owner TEXT NOT NULL,
    host TEXT NOT NULL,
    beats INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    PRIMARY KEY (owner, host)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Whose key paid: the same name of an account as in slots and jobs; null in what was written down before.
  ALTER TABLE attempts ADD COLUMN account TEXT;
  DROP VIEW purchases;
  CREATE VIEW purchases AS
    SELECT a.held_at, a.state, a.model, a.gateway, a.account, a.lane, a.size, a.images,
      ${dollars('a.expected_nano')} AS expected_usd, b.amount_usd AS billed_usd, b.basis, r.project, r.labels,
      a.prompt, a.why, a.attempt_id, a.run_id
    FROM attempts a JOIN runs r USING (run_id) LEFT JOIN bills b USING (attempt_id);
  `,
  `
  -- The name under which an agent bought; empty where people did. Its key stands for one order, of this hash.
  ALTER TABLE runs ADD COLUMN agent TEXT;
  ALTER TABLE runs ADD COLUMN idempotency_key TEXT;
  ALTER TABLE runs ADD COLUMN order_hash TEXT;
  CREATE INDEX runs_by_key ON runs (idempotency_key) WHERE idempotency_key IS NOT NULL;

  -- A budget may be an agent's allowance, and hold in total.
  CREATE TABLE budgets_before AS SELECT per, model, project, amount_nano, zone, set_ms FROM budgets;
  DROP TABLE budgets;
  CREATE TABLE budgets (
    per TEXT NOT NULL CHECK (per IN ('run', 'day', 'month', 'total')),
    model TEXT,
    project TEXT,
    agent TEXT,
    amount_nano INTEGER NOT NULL,
    zone TEXT NOT NULL,
    set_ms INTEGER NOT NULL,
    amount_usd TEXT AS (${dollars('amount_nano')}),
    set_at TEXT AS (${readableTime('set_ms')})
  ) STRICT;
  CREATE UNIQUE INDEX budgets_by_scope ON budgets (per, ifnull(model, ''), ifnull(project, ''), ifnull(agent, ''));
  INSERT INTO budgets (per, model, project, amount_nano, zone, set_ms) SELECT * FROM budgets_before;
  DROP TABLE budgets_before;

  -- The sums tell agents apart, whose allowances are checked before every hold.
  DROP VIEW spend_by_day;
  ALTER TABLE spending RENAME TO spending_before;
  CREATE TABLE spending (
    quarter_hour INTEGER NOT NULL,
    model TEXT NOT NULL,
    lane TEXT NOT NULL,
    project TEXT NOT NULL,
    labels TEXT NOT NULL,
    agent TEXT NOT NULL DEFAULT '',
    settled_nano INTEGER NOT NULL DEFAULT 0,
    unconfirmed_nano INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    unconfirmed_requests INTEGER NOT NULL DEFAULT 0,
    images INTEGER NOT NULL DEFAULT 0,
    started_at TEXT AS (${readableTime('quarter_hour * 900000')}),
    PRIMARY KEY (quarter_hour, model, lane, project, labels, agent)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO spending (quarter_hour, model, lane, project, labels, settled_nano, unconfirmed_nano, requests,
      unconfirmed_requests, images)
    SELECT quarter_hour, model, lane, project, labels, settled_nano, unconfirmed_nano, requests, unconfirmed_requests,
      images
    FROM spending_before;
  DROP TABLE spending_before;
  CREATE VIEW spend_by_day AS
    SELECT substr(started_at, 1, 10) AS day_utc, model, ${dollars('sum(settled_nano)')} AS settled_usd,
      ${dollars('sum(unconfirmed_nano)')} AS unconfirmed_usd, sum(requests) AS requests, sum(images) AS images
    FROM spending GROUP BY day_utc, model;
  `,
  `
  -- The number of a draft that was cut out of a sheet, which is the picture before it; null of what came as it is.
  ALTER TABLE images ADD COLUMN cell INTEGER;
  `,
  `
  -- What only those know who may use this ledger, by what it is for: quotes are signed with one.
  CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Pictures of a queue, each by the attempt that was held for it. A file has none: the queue needs a server.
  CREATE TABLE queue_items (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts,
    run_id TEXT NOT NULL REFERENCES runs,
    ticket TEXT NOT NULL,
    name TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('waiting', 'working', 'done', 'refused', 'failed', 'unconfirmed', 'cancelled')),
    worker TEXT,
    why TEXT,
    nano INTEGER NOT NULL,
    added_ms INTEGER NOT NULL,
    taken_ms INTEGER,
    ended_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE queue_inputs (
    attempt_id TEXT NOT NULL REFERENCES queue_items,
    n INTEGER NOT NULL,
    sha256 TEXT NOT NULL REFERENCES batch_inputs,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_inputs_by_picture ON queue_inputs (sha256);
  `,
  `
  -- What is held, summed up as spending is: every hold asks for it, beside thousands that a job or a queue has.
  CREATE TABLE held_sums (
    quarter_hour INTEGER NOT NULL,
    model TEXT NOT NULL,
    lane TEXT NOT NULL,
    project TEXT NOT NULL,
    labels TEXT NOT NULL,
    agent TEXT NOT NULL,
    held_nano INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (quarter_hour, model, lane, project, labels, agent)
  ) STRICT, WITHOUT ROWID;
  ${heldSums('SELECT attempt_id, amount_nano AS nano, 1 AS one FROM holds')}
  CREATE TRIGGER hold_made AFTER INSERT ON holds BEGIN
    ${heldSums('SELECT NEW.attempt_id AS attempt_id, NEW.amount_nano AS nano, 1 AS one')}
  END;
  CREATE TRIGGER hold_gone AFTER DELETE ON holds BEGIN
    ${heldSums('SELECT OLD.attempt_id AS attempt_id, -OLD.amount_nano AS nano, -1 AS one')}
    DELETE FROM held_sums WHERE requests = 0;
  END;

  -- 1 where it was made for a queue, which outlives those who work on it: who looks for dead processes passes over it.
  ALTER TABLE holds ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
  UPDATE holds SET queued = 1 WHERE attempt_id IN (SELECT attempt_id FROM queue_items);
  CREATE INDEX holds_of_processes ON holds (attempt_id) WHERE queued = 0;
  `,
];

/** The number of steps from which on a ledger has these. */
export const SINCE = { jobs: 4, limits: 11, owners: 12, heldSums: 17 } as const;

/** Adds what holds came, or went, to the sums of their quarters of an hour. */
function heldSums(holds: string): string {
  return `INSERT INTO held_sums
      SELECT CAST(floor(held_ms / 900000.0) AS INTEGER), model, lane, coalesce(project, ''), labels, coalesce(agent, ''),
        sum(nano), sum(one)
      FROM (${holds}) CROSS JOIN attempts USING (attempt_id) CROSS JOIN runs USING (run_id)
      GROUP BY 1, 2, 3, 4, 5, 6 HAVING true
      ON CONFLICT DO UPDATE SET held_nano = held_nano + excluded.held_nano, requests = requests + excluded.requests;`;
}

/** Epoch milliseconds as ISO 8601. */
function readableTime(column: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', (${column}) / 1000.0, 'unixepoch')`;
}

/** Nano-dollars as dollars, exactly. */
function dollars(nano: string): string {
  return `printf('%d.%09d', (${nano}) / 1000000000, (${nano}) % 1000000000)`;
}
