// What NetworkFlow says in words, and its tables.

import { table } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { number } from "../shared/numbers.js";

const MOST = 300; // weights of a matrix that has a table

export const nameOf = ([l, i, j]) =>
    j ? `Weight from unit ${j} of layer ${l - 1} to unit ${i} of layer ${l}` : `Bias of unit ${i} of layer ${l}`;

/** A step in words: 0 is the input, then each layer forward, then each δ backward, up to the last. */
export function told(step, last, sizes, backward) {
    const L = sizes.length - 1;
    if (step === 0) return "The input. Step goes forward, layer by layer.";
    if (step === last) return backward ? "Every activation and every δ." : "Every activation.";
    if (step <= L) {
        return `Forward: the ${sizes[step]} units of layer ${step} take the activations of layer ${step - 1}.`;
    }
    const l = 2 * L + 1 - step;
    if (l === L) return "Backward begins: at the output δ is a − y.";
    return (
        `Backward: δ of layer ${l + 1} goes through the weights into it, without the biases, and through the ` +
        `slopes of layer ${l}.`
    );
}

/** The table of all units, and one for each matrix that is small enough. */
export function tables(view) {
    const whose = view.state.mean ? `means over ${view.m} samples` : `sample ${view.state.sample}`;
    const rows = view.units.flatMap(({ layer }, l) => [
        ...(layer.bias ? [[`layer ${l}, the constant 1`, "1", l && view.backward ? "none" : ""]] : []),
        ...view
            .value(l)
            .map((a, j) => [
                `layer ${l}, unit ${j + 1}`,
                view.valuesShown(l) ? number(a) : "",
                view.errorsShown(l) ? number(view.error(l)[j]) : "",
            ]),
    ]);
    const heads = view.backward ? ["unit", "→ a", "← δ"] : ["unit", "→ a"];
    const small = view.thetas.map((_, index) => index + 1).filter((l) => view.thetas[l - 1].flat().length <= MOST);
    return html(
        "div",
        {},
        table(
            `Activations${view.backward ? " and δ" : ""}, ${whose}`,
            heads,
            rows.map((row) => row.slice(0, heads.length)),
        ),
        ...small.map((l) => ofMatrix(view, l, whose)),
    );
}

/** The weights into a layer as a table, or their gradients. */
function ofMatrix(view, l, whose) {
    const found = view.matrixOf(l);
    const columns = view.sizes[l - 1] + 1;
    const what = view.backward ? `∂${view.state.mean ? "J" : "L"}/∂Θ` : "Θ";
    return table(
        `${what} of layer ${l}, ${view.backward ? whose : "the weights"}: a row for each unit that a weight leads to`,
        ["to", "bias", ...Array.from({ length: columns - 1 }, (_, j) => `from ${j + 1}`)],
        Array.from({ length: view.sizes[l] }, (_, i) => [
            `unit ${i + 1}`,
            ...found.slice(i * columns, (i + 1) * columns).map(number),
        ]),
    );
}
