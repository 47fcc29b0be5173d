// A graph's numbers. The operations are those of chainrule/graph.py; a test compares their gradients.

import { sigmoid } from "../shared/numbers.js";

/** Per operation: its value and its local derivatives, of the gate's inputs and its constant. */
const OPERATIONS = {
    add: [(x, y) => x + y, () => [1, 1]],
    subtract: [(x, y) => x - y, () => [1, -1]],
    multiply: [(x, y) => x * y, (x, y) => [y, x]],
    max: [(x, y) => (x >= y ? x : y), (x, y) => (x >= y ? [1, 0] : [0, 1])],
    "add-constant": [(x, c) => x + c, () => [1]],
    "multiply-constant": [(x, c) => x * c, (_, c) => [c]],
    "max-constant": [(x, c) => (x > c ? x : c), (x, c) => [x > c ? 1 : 0]],
    reciprocal: [(x) => 1 / x, (x) => [-1 / x ** 2]],
    square: [(x) => x * x, (x) => [2 * x]],
    exp: [Math.exp, (x) => [Math.exp(x)]],
    sigmoid: [sigmoid, (x) => [sigmoid(x) * sigmoid(-x)]],
};

/**
 * @typedef {{output: string, operation: string, inputs: string[], constant: number | null, symbol: string}} Gate
 * @typedef {{inputs: string[], gates: Gate[]}} Graph
 * @typedef {Record<string, number>} Numbers by the edge's name
 */

const given = (gate, values) => [
    ...gate.inputs.map((name) => values[name]),
    ...(gate.constant === null ? [] : [gate.constant]),
];

/** A gate's local derivatives, one for each of its inputs. */
export const locals = (gate, values) => OPERATIONS[gate.operation][1](...given(gate, values));

/** Every edge's value, in order of computation. */
export function forward(graph, inputs) {
    const values = { ...inputs };
    for (const gate of graph.gates) values[gate.output] = OPERATIONS[gate.operation][0](...given(gate, values));
    return values;
}

/**
 * The gradients after the last `count` gates have passed theirs on, and how many are still to come to each edge.
 */
export function backward(graph, values, count = graph.gates.length) {
    const names = [...graph.inputs, ...graph.gates.map((gate) => gate.output)];
    const gradients = Object.fromEntries(names.map((name) => [name, 0]));
    const missing = Object.fromEntries(names.map((name) => [name, 0]));
    for (const gate of graph.gates) for (const name of gate.inputs) missing[name] += 1;
    gradients[graph.gates.at(-1).output] = 1;
    for (const gate of graph.gates.toReversed().slice(0, count)) {
        locals(gate, values).forEach((derivative, i) => {
            gradients[gate.inputs[i]] += derivative * gradients[gate.output];
            missing[gate.inputs[i]] -= 1;
        });
    }
    return { gradients, missing };
}

/** How often each edge is used. @param {Graph} graph */
export function uses(graph) {
    /** @type {Numbers} */
    const used = Object.fromEntries(
        [...graph.inputs, ...graph.gates.map((gate) => gate.output)].map((name) => [name, 0]),
    );
    for (const gate of graph.gates) for (const name of gate.inputs) used[name] += 1;
    return used;
}

/** The gradients that meet at an edge, one for each use of it. */
export const meeting = (graph, name, values, gradients) =>
    graph.gates.flatMap((gate) =>
        locals(gate, values)
            .filter((_, i) => gate.inputs[i] === name)
            .map((local) => local * gradients[gate.output]),
    );
