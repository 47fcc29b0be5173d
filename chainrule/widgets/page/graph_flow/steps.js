// A step through the graph in words.

import { number } from "../shared/numbers.js";
import { locals } from "./model.js";

/**
 * What happens at a step, from 0 (inputs only) by each gate forward to the output's 1 and by each gate backward.
 *
 * @param {import("./model.js").Graph} graph
 * @param {number} step
 * @param {import("./model.js").Numbers} values
 * @param {import("./model.js").Numbers} gradients
 */
export function told(graph, step, values, gradients) {
    const count = graph.gates.length;
    if (step === 0) return "The inputs. Step goes forward, gate by gate.";
    if (step === 2 * count + 1) return "Every value and every gradient.";
    if (step === count + 1) return `Backward begins: the gradient of ${graph.gates.at(-1).output} by itself is 1.`;
    if (step <= count) {
        const { inputs, symbol, output } = graph.gates[step - 1];
        const taken = inputs.map((name) => `${name} = ${number(values[name])}`).join(" and ");
        return `Forward: gate ${symbol} takes ${taken} and gives ${output} = ${number(values[output])}.`;
    }
    const gate = graph.gates[2 * count + 1 - step];
    const upstream = gradients[gate.output];
    const parts = locals(gate, values).map(
        (local, i) => `${gate.inputs[i]} gets ${number(upstream)} × ${number(local)} = ${number(local * upstream)}`,
    );
    return `Backward through ${gate.symbol}: ${parts.join("; ")}.`;
}
