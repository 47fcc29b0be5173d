// Where the units and the weights of a network stand.

import { between } from "../shared/numbers.js";

const HEAD = 46; // above the units: the layer's name, and what a heat map says

/** What a layer of n units takes; one of more than `limit` is a heat map, or two: of activations, and of δ. */
function measured(n, l, { last, limit, backward }) {
    const large = n > limit;
    const bias = l < last;
    const row = between(23, 560 / (n + Number(bias)), 62);
    const side = Math.ceil(Math.sqrt(n));
    const cell = between(6, 176 / side, 22);
    const dense = row < 40;
    const grid = cell * Math.ceil(n / side); // the height of a heat map
    const two = large && backward && l > 0;
    const tall = large ? 40 + grid + (two ? grid + 30 : 0) : row * (n + Number(bias));
    return { n, large, bias, row, side, cell, dense, radius: dense ? 9 : 16, tall, stub: dense ? 142 : 92, grid, two };
}

/** A layer in its place: where its units are, its constant 1, and where the lines to the next layer begin. */
function placed(layer, x, middle) {
    const { large, bias, row, cell, side, radius, tall, stub } = layer;
    const top = middle - tall / 2;
    const first = top + (bias ? row : 0);
    const spot = large
        ? (j) => ({ x: x + (((j - 1) % side) + 0.5) * cell, y: top + 40 + (Math.floor((j - 1) / side) + 0.5) * cell })
        : (j) => ({ x: x + radius, y: first + (j - 0.5) * row });
    const biasSpot = large ? { x: x + 10, y: top + 14 } : { x: x + radius, y: top + row / 2 };
    return { ...layer, x, top, spot, biasSpot, out: x + (large ? side * cell : 2 * radius + stub) };
}

/** The weights between two layers: lines, or where one of the layers is large a heat map. */
function joined(below, layer, x, middle) {
    if (!layer.large && !below.large) return { matrix: false, wide: 120 };
    const cell = between(4, 460 / (below.n + 1), 9);
    const row = layer.large ? between(4, 300 / layer.n, 8) : layer.row;
    const top = layer.large ? middle - (row * layer.n) / 2 : middle - layer.tall / 2 + (layer.bias ? row : 0);
    const wide = Math.max(190, cell * (below.n + 1) + 5 + 32);
    return { matrix: true, x: x + 14, y: top, cell, row, columns: below.n + 1, rows: layer.n, wide };
}

/** Where everything stands: { width, height, layers, weights }; weights[l] lead into layer l. */
export function layout(sizes, limit, backward) {
    const sized = sizes.map((n, l) => measured(n, l, { last: sizes.length - 1, limit, backward }));
    const middle = HEAD + Math.max(...sized.map(({ tall }) => tall)) / 2;
    const layers = [];
    const weights = [null];
    let x = 12;
    for (const layer of sized) {
        if (layers.length) {
            weights.push(joined(layers.at(-1), layer, x, middle));
            x += weights.at(-1).wide;
        }
        layers.push(placed(layer, x, middle));
        x = layers.at(-1).out;
    }
    return { width: x + (backward ? 62 : 12), height: 2 * middle - HEAD + 8, layers, weights };
}

/** Where the square of a weight is, in a heat map of weights. */
export const cellOf = ({ x, y, cell, row }, i, j) => ({
    x: x + (j + 0.5) * cell + (j ? 5 : 0),
    y: y + (i - 0.5) * row,
});

/** The weight [i, j] at a point of such a heat map. */
export function weightAt({ x, y, cell, row, columns, rows }, across, down) {
    const right = across - x;
    const j = right < cell + 2.5 ? 0 : Math.floor((right - 5) / cell);
    return [between(1, Math.floor((down - y) / row) + 1, rows), between(0, j, columns - 1)];
}

const tenths = (value) => Math.round(10 * value) / 10; // to text in half the time of toFixed

/** Squares or bars, the fuller the larger the number: filled where positive, hollow where negative. */
export function heat(values, place, largest) {
    const paths = { filled: "", hollow: "" };
    values.forEach((value, index) => {
        const { x, y, w, h } = place(index, largest ? Math.abs(value) / largest : 0);
        if (w > 0.3 && h > 0.3) {
            const path = `M${tenths(x - w / 2)} ${tenths(y - h / 2)}h${tenths(w)}v${tenths(h)}h${tenths(-w)}z`;
            paths[value < 0 ? "hollow" : "filled"] += path;
        }
    });
    return paths;
}
