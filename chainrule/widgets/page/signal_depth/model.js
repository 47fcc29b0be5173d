// Signals through layers, those of signals.py; a test compares them.

export const DEEPEST = 15;

/** Each activation, and its slope by its own value. */
export const ACTIVATIONS = {
    linear: [(z) => z, () => 1],
    tanh: [Math.tanh, (a) => 1 - a * a],
    sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a)],
    ReLU: [(z) => Math.max(0, z), (a) => (a > 0 ? 1 : 0)],
};

/** The draws of Python: inputs and gradient from above, then the weights of each layer, all of width by width. */
export function unpacked(bytes, width) {
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const part = (i) => all.subarray(i * width * width, (i + 1) * width * width);
    return { width, inputs: part(0), above: part(1), weights: Array.from({ length: DEEPEST }, (_, i) => part(i + 2)) };
}

/** A (m, n) times W (s, n) transposed, with a factor; all square, rows one after the other. */
function times(A, W, factor, width) {
    const out = new Float64Array(width * width);
    for (let m = 0; m < width; m += 1) {
        for (let s = 0; s < width; s += 1) {
            let sum = 0;
            for (let n = 0; n < width; n += 1) sum += A[m * width + n] * W[s * width + n];
            out[m * width + s] = factor * sum;
        }
    }
    return out;
}

/** D (m, s) times W (s, n), with a factor. */
function back(D, W, factor, width) {
    const out = new Float64Array(width * width);
    for (let m = 0; m < width; m += 1) {
        for (let s = 0; s < width; s += 1) {
            const d = factor * D[m * width + s];
            for (let n = 0; n < width; n += 1) out[m * width + n] += d * W[s * width + n];
        }
    }
    return out;
}

export const meanSquare = (values) => values.reduce((sum, value) => sum + value * value, 0) / values.length;

/** By layer: activations, their mean square, and that of the gradient with respect to Z. */
export function sent({ width, inputs, above, weights }, { activation, spread, depth }) {
    const [g, slope] = ACTIVATIONS[activation];
    const factor = spread / Math.sqrt(width);
    const activations = [inputs];
    for (let l = 0; l < depth; l += 1) activations.push(times(activations[l], weights[l], factor, width).map(g));
    const gradients = Array(depth);
    let dA = above;
    for (let l = depth; l > 0; l -= 1) {
        const dZ = Float64Array.from(activations[l], (a, i) => dA[i] * slope(a));
        gradients[l - 1] = meanSquare(dZ);
        dA = back(dZ, weights[l - 1], factor, width);
    }
    const layers = activations.slice(1);
    return { activations: layers, sizes: layers.map(meanSquare), gradients };
}

/** By what each of several numbers is multiplied on the way from the first to the last, on the geometric mean. */
export const factorOf = (values) => (values.at(-1) / values[0]) ** (1 / Math.max(1, values.length - 1));

export const BINS = 21;
export const REACH = 2;

/** The share of values in each of the bins from −REACH to REACH; what lies beyond is in the outermost. */
export function shares(values) {
    const found = Array(BINS).fill(0);
    for (const value of values) {
        const bin = Math.floor(((value + REACH) / (2 * REACH)) * BINS);
        found[Math.min(BINS - 1, Math.max(0, bin))] += 1 / values.length;
    }
    return found;
}
