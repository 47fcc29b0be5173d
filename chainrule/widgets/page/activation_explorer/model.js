// Activations and divergences with their slopes, those of activations.py; a test compares them.

import { sigmoid } from "../shared/numbers.js";

const LEAK = 0.01;

/** Of z: value and slope. At a kink the left piece counts. */
export const ACTIVATIONS = {
    linear: [(z) => z, () => 1],
    step: [(z) => (z >= 0 ? 1 : 0), () => 0],
    sigmoid: [sigmoid, (z) => sigmoid(z) * sigmoid(-z)],
    tanh: [Math.tanh, (z) => 4 * sigmoid(2 * z) * sigmoid(-2 * z)],
    ReLU: [(z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)],
    softplus: [(z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid],
    "leaky ReLU": [(z) => (z > 0 ? z : LEAK * z), (z) => (z > 0 ? 1 : LEAK)],
    ELU: [(z) => (z > 0 ? z : Math.expm1(z)), (z) => (z > 0 ? 1 : Math.exp(z))],
};

const xLogX = (x) => (x > 0 ? x * Math.log(x) : 0);
const crossEntropy = (a, y) => -(y * Math.log(a) + (1 - y) * Math.log1p(-a));
const entropySlope = (a, y) => (a - y) / (a * (1 - a));

/** Of an output a and a target y, in the last two also of 1 − a and its target 1 − y: value, and slope in a. */
export const LOSSES = {
    "squared error": [(a, y) => (a - y) ** 2 / 2, (a, y) => a - y],
    "cross-entropy": [crossEntropy, entropySlope],
    "KL divergence": [(a, y) => crossEntropy(a, y) + xLogX(y) + xLogX(1 - y), entropySlope],
};

const grid = (low, high, count, digits) =>
    Array.from({ length: count }, (_, i) => Number((low + ((high - low) * i) / (count - 1)).toFixed(digits)));

/** Where the curves are drawn, as in activation_explorer.py. */
export const Z = grid(-8, 8, 321, 2);
export const A = grid(0.005, 0.995, 199, 3);

const H = 1e-5; // of the differences

/**
 * What there is to draw of a state: over which x, where the place is, the two functions of it, and where the slope is
 * below 1 % of its largest, as pairs of ends.
 *
 * @param {{name: string, z: number, a: number, target: number}} state
 */
export function shown({ name, z, a, target }) {
    const loss = name in LOSSES;
    const [value, slope] = loss ? LOSSES[name].map((each) => (x) => each(x, target)) : ACTIVATIONS[name];
    const xs = loss ? A : Z;
    return { loss, xs, at: loss ? a : z, value, slope, flat: loss ? [] : flat(xs, slope) };
}

/** The slope at a place by a centred difference. */
export const measured = (value, x) => (value(x + H) - value(x - H)) / (2 * H);

function flat(xs, slope) {
    const slopes = xs.map((x) => Math.abs(slope(x)));
    const limit = 0.01 * Math.max(...slopes);
    const found = [];
    xs.forEach((x, i) => {
        if (slopes[i] >= limit && limit > 0) return;
        if (found.length && found.at(-1)[1] === xs[i - 1]) found.at(-1)[1] = x;
        else found.push([x, x]);
    });
    return found;
}

/** What is left of a gradient behind n units of this slope. */
export const left = (slope, n) => Math.abs(slope) ** n;
