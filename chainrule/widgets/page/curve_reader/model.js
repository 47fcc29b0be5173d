// The training of training.py: a network with one layer of tanh units and softmax; a test compares whole runs.

const PIXELS = 16; // as there
export const EPOCHS = 20;
export const MOST_UNITS = 100;

/**
 * @typedef {{samples: number, tests: number, inputs: number, classes: number}} Shapes
 * @typedef {{eta: number, size: number, units: number, slips: string[]}} Run
 * @typedef {{shapes: Shapes, X: Float64Array, y: Uint16Array, testX: Float64Array, testY: Uint16Array,
 *     first: Float64Array, last: Float64Array, orders: Uint16Array, mixed: Uint16Array}} Data
 */

/**
 * What Python sends as bytes. @param {Shapes} shapes
 * @returns {Data}
 */
export function unpacked(shapes, { pixels, labels, draws }) {
    const { samples, tests, inputs } = shapes;
    const bytes = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    const all = Float64Array.from(new Float32Array(bytes(pixels)));
    const whole = new Uint16Array(bytes(labels));
    const normal = new Float64Array(bytes(draws));
    const from = samples + tests;
    return {
        shapes,
        X: all.slice(0, samples * inputs),
        testX: all.slice(samples * inputs),
        y: whole.slice(0, samples),
        testY: whole.slice(samples, from),
        mixed: whole.slice(from, from + samples),
        orders: whole.slice(from + samples),
        first: normal.slice(0, MOST_UNITS * inputs),
        last: normal.slice(MOST_UNITS * inputs),
    };
}

/** The learning rate with what the slips make of it. @param {Run} run */
export function rate({ eta, size, slips }) {
    const factor = (slips.includes("summed") ? size : 1) / (slips.includes("twice") ? size : 1);
    return eta * factor * (slips.includes("uphill") ? -1 : 1);
}

/** A run that has not begun: its weights and what it learns from. @param {Data} data @param {Run} run */
export function begun(data, run) {
    const { inputs, classes, samples } = data.shapes;
    const { units, slips } = run;
    const labels = slips.includes("pairs") ? data.y.map((_, i) => data.y[data.mixed[i]]) : data.y;
    const factor = (rows, columns) => (slips.includes("zeros") ? 0 : Math.sqrt(2 / (rows + columns)));
    const matrix = (draws, width, rows, columns) => {
        const found = new Float64Array(rows * (columns + 1)); // the bias first in each row
        const by = factor(rows, columns);
        for (let i = 0; i < rows; i += 1) {
            for (let j = 0; j < columns; j += 1) found[i * (columns + 1) + j + 1] = by * draws[i * width + j];
        }
        return found;
    };
    const sorted =
        slips.includes("sorted") &&
        Uint16Array.from({ length: samples }, (_, i) => i).sort((a, b) => labels[a] - labels[b] || a - b);
    return {
        data,
        run,
        labels,
        sorted,
        scale: slips.includes("pixels") ? PIXELS : 1,
        first: matrix(data.first, inputs, units, inputs),
        last: matrix(data.last, MOST_UNITS, classes, units),
        epochs: 0,
    };
}

/** The activations of a sample into `hidden`, and the logarithms of its softmax into `logs`. */
function forward({ first, last, scale, data, run }, X, row, hidden, logs) {
    const { inputs, classes } = data.shapes;
    const { units } = run;
    for (let i = 0; i < units; i += 1) {
        const at = i * (inputs + 1);
        let z = 0;
        for (let j = 0; j < inputs; j += 1) z += first[at + j + 1] * X[row * inputs + j];
        hidden[i] = Math.tanh(scale * z + first[at]);
    }
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k += 1) {
        const at = k * (units + 1);
        let z = last[at];
        for (let i = 0; i < units; i += 1) z += last[at + i + 1] * hidden[i];
        logs[k] = z;
        if (z > top || Number.isNaN(z)) top = z;
    }
    let sum = 0;
    for (let k = 0; k < classes; k += 1) sum += Math.exp(logs[k] - top);
    const shift = top + Math.log(sum);
    for (let k = 0; k < classes; k += 1) logs[k] -= shift;
}

/** The gradients of a batch, added to `dFirst` and `dLast`, and the sum of its losses. */
function batch(training, rows, dFirst, dLast, room) {
    const { data, run, labels, last, scale } = training;
    const { inputs, classes } = data.shapes;
    const { units } = run;
    const { hidden, logs, back } = room;
    let total = 0;
    for (const row of rows) {
        forward(training, data.X, row, hidden, logs);
        total -= logs[labels[row]];
        back.fill(0);
        for (let k = 0; k < classes; k += 1) {
            const d = (Math.exp(logs[k]) - (k === labels[row] ? 1 : 0)) / rows.length;
            const at = k * (units + 1);
            dLast[at] += d;
            for (let i = 0; i < units; i += 1) {
                dLast[at + i + 1] += d * hidden[i];
                back[i] += d * last[at + i + 1];
            }
        }
        for (let i = 0; i < units; i += 1) {
            const d = back[i] * (1 - hidden[i] * hidden[i]);
            const at = i * (inputs + 1);
            dFirst[at] += d;
            const scaled = d * scale;
            for (let j = 0; j < inputs; j += 1) dFirst[at + j + 1] += scaled * data.X[row * inputs + j];
        }
    }
    return total;
}

/** Train one epoch; returns { loss, misread }. */
export function epoch(training) {
    const { data, run, first, last, sorted } = training;
    const { samples, classes } = data.shapes;
    const order = sorted || data.orders.subarray(training.epochs * samples, (training.epochs + 1) * samples);
    const [dFirst, dLast] = [new Float64Array(first.length), new Float64Array(last.length)];
    const room = {
        hidden: new Float64Array(run.units),
        logs: new Float64Array(classes),
        back: new Float64Array(run.units),
    };
    const by = rate(run);
    let total = 0;
    for (let start = 0; start < samples; start += run.size) {
        dFirst.fill(0);
        dLast.fill(0);
        total += batch(training, order.subarray(start, start + run.size), dFirst, dLast, room);
        for (let i = 0; i < first.length; i += 1) first[i] -= by * dFirst[i];
        for (let i = 0; i < last.length; i += 1) last[i] -= by * dLast[i];
    }
    training.epochs += 1;
    return { loss: total / samples, misread: misread(training, room) };
}

/** How many test samples are taken for another class; what is no number counts as the first, as in NumPy. */
function misread(training, { hidden, logs }) {
    const { data } = training;
    let wrong = 0;
    for (let row = 0; row < data.shapes.tests; row += 1) {
        forward(training, data.testX, row, hidden, logs);
        let said = logs.findIndex(Number.isNaN);
        if (said < 0) said = logs.indexOf(Math.max(...logs));
        if (said !== data.testY[row]) wrong += 1;
    }
    return wrong;
}
