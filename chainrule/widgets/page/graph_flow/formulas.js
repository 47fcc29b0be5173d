// What a chosen gate does to the gradients, typeset with its numbers.

import { derivative, factor, formula, html, math } from "../shared/elements.js";
import { locals, meeting, uses } from "./model.js";

const squared = (name) => math("msup", {}, math("mi", {}, name), math("mn", {}, "2"));
const over = (above, below) => math("mfrac", {}, above, below);

/** Per operation its local derivatives, written with the names of inputs, output and constant. */
const WRITTEN = {
    add: () => [["1"], ["1"]],
    subtract: () => [["1"], ["−", "1"]],
    multiply: ([x, y]) => [[y], [x]],
    max: () => [["1 or 0"], ["1 or 0"]],
    "add-constant": () => [["1"]],
    "multiply-constant": (_x, _out, c) => [[c]],
    "max-constant": () => [["1 or 0"]],
    reciprocal: ([x]) => [["−", over(math("mn", {}, "1"), squared(x))]],
    square: ([x]) => [["2", x]],
    exp: ([x]) => [[math("msup", {}, math("mi", {}, "e"), math("mi", {}, x))]],
    sigmoid: (_x, out) => [["(", "1", "−", out, ")", out]],
};

/** How each input of a gate gets its gradient: upstream × local. */
function ofGate(gate, output, values, gradients) {
    const upstream = gradients[gate.output];
    const derivatives = locals(gate, values);
    const written = WRITTEN[gate.operation](gate.inputs, gate.output, gate.constant);
    return gate.inputs.map((name, i) =>
        html(
            "p",
            {},
            `${name} gets by this gate `,
            formula(
                derivative(output, gate.output),
                "·",
                derivative(gate.output, name),
                "=",
                upstream,
                "·",
                ...factor(derivatives[i]),
                "=",
                upstream * derivatives[i],
            ),
            ", where the local derivative is ",
            formula(derivative(gate.output, name), "=", ...written[i], "=", derivatives[i]),
        ),
    );
}

/** The gradients that meet at an edge, and their sum. */
function ofMeeting(graph, name, values, gradients) {
    const terms = meeting(graph, name, values, gradients);
    if (terms.length < 2) return null;
    const signed = terms.flatMap((term, i) => [...(i ? [term < 0 ? "−" : "+"] : []), i ? Math.abs(term) : term]);
    return html(
        "p",
        {},
        `${terms.length} gradients meet at ${name} and add up: `,
        formula(
            ...signed,
            "=",
            terms.reduce((sum, term) => sum + term, 0),
        ),
    );
}

/** All that is to be said of an edge. */
export function explained(graph, name, values, gradients) {
    const gate = graph.gates.find((each) => each.output === name);
    const heading = gate ? `Gate ${gate.symbol}, gives ${name}` : `Input ${name}`;
    const alone = !gate && uses(graph)[name] < 2;
    return html(
        "div",
        { class: "chainrule-verdict" },
        html("p", {}, html("strong", {}, heading)),
        ...(gate ? ofGate(gate, graph.gates.at(-1).output, values, gradients) : []),
        ofMeeting(graph, name, values, gradients),
        alone ? html("p", {}, `${name} gets its gradient from the one gate that uses it.`) : null,
    );
}
