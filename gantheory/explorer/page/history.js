// The numbers along the run, and along its ghost: the run that goes on beside it after a fork.

const MOST_ROWS = 4000; // beyond which every second row is dropped
const MOST_SAVED = 4; // runs from before a change that are kept, in case it is undone

export class History {
  rows = []; // {iteration, value, criterion, two_jsd, discriminator_gap}, each number [value, error]
  ghost = []; // likewise
  saved = []; // {number, rows}: the rows before each change that can be undone, the last one last

  // Adds the numbers of a picture's head. Rows after its `end` are dropped: something was changed, and they did not happen.
  add({ iteration, end, numbers, ghost, saved }) {
    this.followChanges(saved?.[1] ?? 0);
    while (this.rows.length && last(this.rows).iteration > end) this.rows.pop();
    if (last(this.rows)?.iteration === iteration) this.rows.pop();
    if (ghost && !this.ghost.length) this.ghost = [...this.rows];
    append(this.rows, iteration, numbers);
    if (ghost) append(this.ghost, ghost.iteration, ghost.numbers);
    else this.ghost = [];
    this.rows = thinned(this.rows);
    this.ghost = thinned(this.ghost);
  }

  // `number` is that of the last change that can be undone: a new one keeps the rows, one that is gone was undone and brings them back.
  followChanges(number) {
    const newest = last(this.saved)?.number ?? 0;
    if (number > newest) this.saved = [...this.saved, { number, rows: [...this.rows] }].slice(-MOST_SAVED);
    while (this.saved.length && last(this.saved).number > number) this.rows = this.saved.pop().rows;
  }

  // [first, last] iteration of the charts.
  span(end) {
    const starts = [this.rows[0], this.ghost[0]].filter(Boolean).map((row) => row.iteration);
    const first = Math.min(...starts, 0);
    return [first, Math.max(end, last(this.ghost)?.iteration ?? 0, first + 1)];
  }

  // The row nearest to an iteration, or null.
  nearest(iteration) {
    const distance = (row) => Math.abs(row.iteration - iteration);
    return this.rows.reduce((best, row) => (!best || distance(row) < distance(best) ? row : best), null);
  }
}

const last = (rows) => rows[rows.length - 1];

// Only forwards: pictures of the past add nothing.
function append(rows, iteration, numbers) {
  if (!rows.length || iteration > last(rows).iteration) rows.push({ iteration, ...numbers });
}

const thinned = (rows) => (rows.length > MOST_ROWS ? rows.filter((_, i) => i % 2 === 0) : rows);
