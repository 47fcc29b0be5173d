// What becomes of signals, in words.

import { number } from "../shared/numbers.js";
import { factorOf } from "./model.js";

const course = (factor) => (factor < 0.9 ? "die out" : factor > 1.12 ? "grow" : "last");

/** How activations and gradients go, and how many units hardly answer. */
export function told({ activation }, { activations, sizes, gradients }) {
    const forward = factorOf(sizes);
    const backward = factorOf([...gradients].reverse());
    const last = activations.at(-1);
    const flat = { tanh: (a) => Math.abs(a) > 0.99, sigmoid: (a) => Math.abs(a - 0.5) > 0.49, ReLU: (a) => a === 0 }[
        activation
    ];
    const share = flat ? last.filter(flat).length / last.length : 0;
    const units = flat
        ? ` In the last layer ${Math.round(100 * share)} % of the units are ${activation === "ReLU" ? "0" : "saturated"}.`
        : "";
    return (
        `Activations ${course(forward)}: each layer multiplies their mean square by ${number(forward)}, to ${number(sizes.at(-1))} in the last. ` +
        `Gradients ${course(backward)}: on the way back each layer multiplies theirs by ${number(backward)}, to ` +
        `${number(gradients[0] / gradients.at(-1))} of the last layer's.${units}`
    );
}
