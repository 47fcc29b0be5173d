// What is shown of the nodes at a step of an order.

/**
 * @typedef {{output: string, symbol: string, inputs: string[]}} Gate
 * @typedef {{inputs: string[], gates: Gate[]}} Graph
 * @typedef {{node: string, waited: string[], again: boolean, gradients: {[name: string]: string}}} Firing
 * @typedef {{name: string, events: Firing[], visits: number, ends: {[leaf: string]: string}, right: boolean}} Way
 */

/** The nodes that were made of a node. @param {Graph} graph */
export const madeOf = (graph, name) =>
    graph.gates.filter(({ inputs }) => inputs.includes(name)).map(({ output }) => output);

/** The firings up to a step, and the one of this step. @param {Way} way */
export const past = (way, step) => ({ done: way.events.slice(0, step), now: way.events[step - 1] ?? null });

/**
 * What stands on a node at a step: its gradient, whether more will come, how many it waits for, and what has become
 * of it: "early", "again", "fired" or "".
 *
 * @param {Graph} graph
 * @param {Way} way
 */
export function node(graph, way, step, name) {
    const { done, now } = past(way, step);
    const fired = new Set(done.map((event) => event.node));
    const made = madeOf(graph, name);
    const waits = made.filter((each) => !fired.has(each)).length;
    const root = graph.gates.at(-1).output;
    const begun = name === root || waits < made.length;
    const own = done.filter((event) => event.node === name);
    const early = own.some(({ waited }) => waited.length > 0);
    const again = own.length > 1;
    return {
        gradient: !begun ? "" : (now?.gradients[name] ?? (name === root ? "1" : "0")),
        open: begun && waits > 0,
        waits,
        times: own.length,
        state: early ? "early" : again ? "again" : own.length ? "fired" : "",
    };
}

/** What is written below a node. @param {ReturnType<typeof node>} at */
export function status({ state, waits, times }) {
    if (state === "early") return "✗ too early";
    if (state === "again") return `✗ fired ${times} ×`;
    if (state === "fired") return "✓ fired";
    return waits ? `waits for ${waits}` : "ready";
}

/** The first step at which a node fires too early or again; the last step where none does. @param {Way} way */
export function firstWrong(way) {
    const place = way.events.findIndex(({ waited, again }) => waited.length > 0 || again);
    return place < 0 ? way.events.length : place + 1;
}

const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

/** A step in words. @param {Graph} graph @param {Way} way */
export function told(graph, way, step) {
    const { now } = past(way, step);
    const last = way.events.length;
    if (!now) return `The root ${graph.gates.at(-1).output} has its 1. Step lets the nodes fire, one by one.`;
    const gate = graph.gates.find(({ output }) => output === now.node);
    const to = [...new Set(gate.inputs)].map((name) => `${name} now has ${now.gradients[name]}`);
    const before = `${step} of ${last}: ${now.node} fires${now.again ? " again" : ""}`;
    const early = now.waited.length ? `, too early: ${listed(now.waited)} should have come first` : "";
    return `${before}${early}; ${listed(to)}.`;
}

/** The orders side by side, as rows of a table. @param {Way[]} ways @param {string[]} leaves */
export const sideBySide = (ways, leaves) =>
    ways.map((way) => [
        way.name,
        way.events
            .slice(0, 12)
            .map(({ node, waited, again }) => (waited.length || again ? `${node} ✗` : node))
            .join(", ") + (way.events.length > 12 ? " …" : ""),
        way.visits.toLocaleString("en"),
        ...leaves.map((leaf) => way.ends[leaf] ?? "not run to its end"),
        way.right ? "✓" : Object.keys(way.ends).length ? "✗" : "",
    ]);
