// A convolution of one picture by one kernel, with every use of every number. Places of the input count the border.

/**
 * @typedef {{X: number[][], kernel: number[][], bias: number}} Setup
 * @typedef {{input: number[] | null, kernel: number[], output: number[]}} Use
 *     one product: which number of the input (null for the bias's 1) meets which weight, for which place of the output
 * @typedef {{stride: number, p: number}} Look
 */

const zeros = (rows, columns) => Array.from({ length: rows }, () => new Array(columns).fill(0));

const same = (one, other) => one !== null && one[0] === other[0] && one[1] === other[1];

/** What arrives at the output: the same numbers as chainrule.widgets.sliding.arriving. */
export const arriving = (i, j) => [-3, -2, -1, 1, 2, 3, 4][(3 * i + 5 * j + 4) % 7];

/** The largest stride and border that are offered. @param {Setup} setup */
export const limits = ({ kernel }) => ({ stride: kernel.length + 1, p: kernel.length - 1 });

/** All uses, from the first place of the output to the last. @param {Setup} setup @param {Look} look @returns {Use[]} */
export function uses({ X, kernel }, { stride, p }) {
    const k = kernel.length;
    const found = [];
    for (let i = 0; i * stride + k <= X.length + 2 * p; i++) {
        for (let j = 0; j * stride + k <= X[0].length + 2 * p; j++) {
            found.push({ input: null, kernel: [k, 0], output: [i, j] });
            for (let a = 0; a < k; a++) {
                for (let b = 0; b < k; b++) {
                    found.push({ input: [i * stride + a, j * stride + b], kernel: [a, b], output: [i, j] });
                }
            }
        }
    }
    return found;
}

/** The number of the input at a place that counts the border, and of the bias's partner. @param {Setup} setup */
export const inputAt = ({ X }, { p }, place) => (place ? (X[place[0] - p]?.[place[1] - p] ?? 0) : 1);

/** A weight, or the bias at [k, 0]. @param {Setup} setup @param {number[]} place */
export const weightAt = ({ kernel, bias }, place) => (place[0] === kernel.length ? bias : kernel[place[0]][place[1]]);

/** Values and gradients: all that is shown where no function of a student's says otherwise. */
export function slid(setup, look) {
    const k = setup.kernel.length;
    const all = uses(setup, look);
    const [down, across] = all[all.length - 1].output.map((last) => last + 1);
    const height = setup.X.length + 2 * look.p;
    const width = setup.X[0].length + 2 * look.p;
    const found = {
        down,
        across,
        Z: zeros(down, across),
        dZ: zeros(down, across).map((row, i) => row.map((_, j) => arriving(i, j))),
        dkernel: [...zeros(k, k), [0]],
        dX: zeros(height, width),
        read: zeros(height, width),
    };
    for (const use of all) {
        const [i, j] = use.output;
        const [x, w, dz] = [inputAt(setup, look, use.input), weightAt(setup, use.kernel), found.dZ[i][j]];
        found.Z[i][j] += w * x;
        found.dkernel[use.kernel[0]][use.kernel[1]] += dz * x;
        if (use.input) {
            found.dX[use.input[0]][use.input[1]] += dz * w;
            found.read[use.input[0]][use.input[1]] += 1;
        }
    }
    return found;
}

/**
 * What the chosen number is made of: the products, with their factors, one for each of its uses, and their sums.
 *
 * @param {Setup} setup @param {Look} look @param {[string, number, number]} choice
 */
export function terms(setup, look, [grid, row, column]) {
    let sum = 0;
    return uses(setup, look)
        .filter((use) => same(use[grid], [row, column]))
        .map((use) => {
            const x = inputAt(setup, look, use.input);
            const w = weightAt(setup, use.kernel);
            const dz = arriving(...use.output);
            const factors = { kernel: [dz, x], output: [w, x], input: [dz, w] }[grid];
            sum += factors[0] * factors[1];
            return { ...use, factors, product: factors[0] * factors[1], sum };
        });
}

/** How large a grid is. */
export function extent(grid, setup, found) {
    if (grid === "kernel") return [setup.kernel.length + 1, setup.kernel.length];
    return grid === "output" ? [found.down, found.across] : [found.dX.length, found.dX[0].length];
}

/** The choice that fits into the grids now: after a change of stride or border a place may be gone. */
export function fitting([grid, row, column], setup, found) {
    const [rows, columns] = extent(grid, setup, found);
    const place = [grid, Math.min(row, rows - 1), Math.min(column, columns - 1)];
    return grid === "kernel" && place[1] === rows - 1 ? [grid, place[1], 0] : place;
}

/** What is shown: the student's numbers where they gave some for this look, and which of them are wrong. */
export function shown(setup, look, result) {
    const right = slid(setup, look);
    const held = result.look.stride === look.stride && result.look.p === look.p ? result : null;
    const k = setup.kernel.length;
    const numbers = (rows) => rows.map((row) => row.map(Number));
    const found = { ...right, wrong: { input: [], kernel: [], output: [] }, first: held?.first ?? null };
    if (held?.Z) found.Z = numbers(held.Z);
    if (held?.dTheta) {
        const [bias, ...weights] = held.dTheta[0].map(Number);
        found.dkernel = [...right.dkernel.slice(0, k).map((_, a) => weights.slice(a * k, (a + 1) * k)), [bias]];
    }
    if (held?.dX) {
        const inner = numbers(held.dX);
        found.dX = right.dX.map((row, r) => row.map((value, c) => inner[r - look.p]?.[c - look.p] ?? value));
    }
    const inside = ([row, column]) => [row + look.p, column + look.p];
    if (held) found.wrong = { ...held.wrong, input: held.wrong.input.map(inside) };
    if (found.first?.[0] === "input") found.first = ["input", ...inside(found.first.slice(1))];
    return found;
}
