// Where the boxes of a lineage picture stand: columns from left to right, few crossings, nothing overlaps.

export const BOX = { width: 216, height: 60 };
const GAP = { x: 72, y: 16 };
const MARGIN = { x: 12, top: 44, bottom: 12 };

/**
 * `graph`: nodes with a column, edges from parents to children. Gives `{width, height, boxes, columns}`:
 * node id → `{x, y, node}`, and column → its x.
 */
export function layOut(graph) {
  const columns = inColumns(graph);
  const numbers = [...columns.keys()];
  const highest = Math.max(...[...columns.values()].map((nodes) => tall(nodes.length)));
  const boxes = new Map();
  const lefts = new Map();
  numbers.forEach((number, place) => {
    const nodes = columns.get(number);
    const x = MARGIN.x + place * (BOX.width + GAP.x);
    const top = MARGIN.top + (highest - tall(nodes.length)) / 2;
    lefts.set(number, x);
    nodes.forEach((node, row) => boxes.set(node.id, { node, x, y: top + row * (BOX.height + GAP.y) }));
  });
  return {
    width: 2 * MARGIN.x + numbers.length * BOX.width + (numbers.length - 1) * GAP.x,
    height: MARGIN.top + highest + MARGIN.bottom,
    boxes,
    columns: lefts,
  };
}

const tall = (count) => count * BOX.height + (count - 1) * GAP.y;

/** Column → its nodes from top to bottom; from the middle outwards each stands level with what it belongs to. */
function inColumns({ nodes, edges }) {
  const columns = new Map();
  for (const node of [...nodes].sort((one, two) => one.column - two.column)) {
    if (!columns.has(node.column)) columns.set(node.column, []);
    columns.get(node.column).push(node);
  }
  const rows = new Map(); // node id → its row, for those that have one
  const take = (number) => columns.get(number)?.forEach((node, row, all) => rows.set(node.id, row - all.length / 2));
  const outwards = [...columns.keys()].sort((one, two) => Math.abs(one) - Math.abs(two));
  for (const number of outwards) {
    columns.get(number).sort((one, two) => level(one.id, edges, rows) - level(two.id, edges, rows) || one.name.localeCompare(two.name, undefined, { numeric: true }) || (one.time ?? "").localeCompare(two.time ?? ""));
    take(number);
  }
  return columns;
}

/** The mean row of the relatives that stand already; without any, the last. */
function level(id, edges, rows) {
  const relatives = edges.flatMap(({ source, target }) => (source === id ? [target] : target === id ? [source] : []));
  const known = relatives.filter((relative) => rows.has(relative)).map((relative) => rows.get(relative));
  return known.length ? known.reduce((sum, row) => sum + row, 0) / known.length : Number.MAX_SAFE_INTEGER;
}

/** The path of an edge between two boxes; one within a column turns back. */
export function curve(from, to) {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const y2 = to.y + BOX.height / 2;
  if (to.x <= from.x) {
    const x2 = to.x + BOX.width;
    const out = Math.max(x1, x2) + GAP.x * 0.7;
    return `M ${x1} ${y1} C ${out} ${y1}, ${out} ${y2}, ${x2 + 7} ${y2}`;
  }
  const bend = Math.max(GAP.x / 2, (to.x - x1) / 2);
  return `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${to.x - bend} ${y2}, ${to.x - 7} ${y2}`;
}
