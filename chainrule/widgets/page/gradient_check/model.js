// What the errors of a gradient are called and how dark they are.

export const AGREES = 1e-6; // as in gradient_check.py

/** The exponents of the steps of an entry's curve, as there. */
export const EXPONENTS = Array.from({ length: 29 }, (_, i) => -15 + i / 2);

/** An entry of the matrices, counted from 0. @param {number[]} entry */
export const nameOf = ([l, i, j]) => `Θ(${l + 1})[${i}, ${j}]`;

// Darker with each of these that an error exceeds; those that are wrong have a cross as well.
const SHADES = [
    [1e-8, 0.12],
    [AGREES, 0.35],
    [1e-3, 0.6],
    [1e-1, 0.85],
];

/** How dark an error is drawn. @param {number} error */
export const shade = (error) => SHADES.reduce((found, [from, opacity]) => (error > from ? opacity : found), 0);
