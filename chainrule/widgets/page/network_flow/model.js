// Both passes of a network, those of network_flow.py's function `passes`; a test compares them.

import { sigmoid } from "../shared/numbers.js";

/** Both passes of every sample k: A[l][k][j], and delta[l][k][i] without 1/m; delta is null without Y. */
export function passes(thetas, X, Y) {
    const A = [X];
    for (const Theta of thetas) {
        A.push(
            A.at(-1).map((a) =>
                Theta.map((row) => {
                    let z = row[0];
                    for (let j = 0; j < a.length; j += 1) z += row[j + 1] * a[j];
                    return sigmoid(z);
                }),
            ),
        );
    }
    if (Y === null) return { A, delta: null };
    const delta = A.map(() => null);
    delta[thetas.length] = A.at(-1).map((a, k) => a.map((each, i) => each - Y[k][i]));
    for (let l = thetas.length - 1; l > 0; l -= 1) {
        delta[l] = delta[l + 1].map((ahead, k) =>
            A[l][k].map((a, j) => a * (1 - a) * ahead.reduce((sum, each, i) => sum + each * thetas[l][i][j + 1], 0)),
        );
    }
    return { A, delta };
}

/** Per sample δ_i a_j of a weight into layer l; j = 0 is the bias, whose a is the constant 1. */
export const products = ({ A, delta }, l, i, j) =>
    delta[l].map((each, k) => each[i - 1] * (j ? A[l - 1][k][j - 1] : 1));

/** The mean. */
export const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of each column. */
export const meanRow = (rows) => rows[0].map((_, j) => meanOf(rows.map((row) => row[j])));

/** The place of the number that is largest in size. */
export const largestOf = (values) =>
    values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best]) ? at : best), 0);
