// Costs of a neuron with a bias and a weight, those of descent.py's class Cost; a test compares values and gradients.

import { sigmoid } from "../shared/numbers.js";

/** Per kind: a sample's loss, its derivative by z, and its second derivative by z. */
const LOSSES = {
    linear: [(z, y) => (z - y) ** 2 / 2, (z, y) => z - y, () => 1],
    logistic: [
        (z, y) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z,
        (z, y) => sigmoid(z) - y,
        (z) => sigmoid(z) * sigmoid(-z),
    ],
    squared: [
        (z, y) => (sigmoid(z) - y) ** 2 / 2,
        (z, y) => (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z),
        (z, y) => {
            const a = sigmoid(z);
            return a * (1 - a) * (a * (1 - a) + (a - y) * (1 - 2 * a));
        },
    ],
};
const FAR = 1e9; // as in descent.py

/** The cost of a neuron with one feature: value, gradient and matrix of second derivatives at a place [θ0, θ1]. */
export function costOf(kind, { x, y }, lam = 0) {
    const [loss, slope, bend] = LOSSES[kind];
    const m = x.length;
    const mean = (term) => x.reduce((sum, _, i) => sum + term(i), 0) / m;
    return {
        value: ([bias, weight]) => mean((i) => loss(bias + weight * x[i], y[i])) + (lam / (2 * m)) * weight ** 2,
        gradient: ([bias, weight]) => {
            const delta = (i) => slope(bias + weight * x[i], y[i]);
            return [mean(delta), mean((i) => delta(i) * x[i]) + (lam / m) * weight];
        },
        bends: ([bias, weight]) => {
            const of = (i) => bend(bias + weight * x[i], y[i]);
            return [mean(of), mean((i) => of(i) * x[i]), mean((i) => of(i) * x[i] ** 2) + lam / m];
        },
    };
}

/** Steps against the gradient. */
export function downhill(cost, start, eta, steps) {
    const path = [start];
    while (path.length <= steps && Math.max(...path.at(-1).map(Math.abs)) <= FAR) {
        const [g0, g1] = cost.gradient(path.at(-1));
        path.push([path.at(-1)[0] - eta * g0, path.at(-1)[1] - eta * g1]);
    }
    return path;
}

export const length = ([a, b]) => Math.hypot(a, b);

/** Without what is only round-off. */
const clean = (value) => (Math.abs(value) < 1e-9 ? 0 : value);

/** The lowest place, searched from a place near it by Newton's steps; null where the cost goes on falling. */
export function lowest(cost, near, reach) {
    let place = near;
    for (let tries = 0; tries < 100; tries += 1) {
        const g = cost.gradient(place);
        if (length(g) < 1e-10) return place.map(clean);
        const [p, q, r] = cost.bends(place);
        const det = p * r - q * q;
        const curved = p > 0 && det > 1e-12 * p * r;
        let step = curved ? [(r * g[0] - q * g[1]) / det, (p * g[1] - q * g[0]) / det] : g;
        let next;
        let halvings = 0;
        do {
            next = [place[0] - step[0], place[1] - step[1]];
            step = [step[0] / 2, step[1] / 2];
            halvings += 1;
        } while (cost.value(next) > cost.value(place) && halvings < 40);
        if (halvings === 40) return length(g) < 1e-6 ? place.map(clean) : null;
        place = next;
        if (Math.max(...place.map(Math.abs)) > 3 * reach) return null;
    }
    return length(cost.gradient(place)) < 1e-6 ? place.map(clean) : null;
}

/** The largest curvature, in any direction. */
export function steepest([p, q, r]) {
    return (p + r) / 2 + Math.hypot((p - r) / 2, q);
}

export const CELLS = 64; // of the picture, across and down

/** The cost on a grid over the picture, and its lowest place there. */
export function surveyed(cost, reach) {
    const at = (i) => ((2 * i) / CELLS - 1) * reach;
    const grid = [];
    let best = null;
    for (let row = 0; row <= CELLS; row += 1) {
        for (let column = 0; column <= CELLS; column += 1) {
            const place = [at(column), at(row)];
            const value = cost.value(place);
            grid.push(value);
            if (best === null || value < best.value) best = { place, value };
        }
    }
    return { grid, best };
}
