// What is chosen and what it is made of, in words.

import { number } from "../shared/numbers.js";
import { weightAt } from "./model.js";

const at = (place) => `[${place.join(", ")}]`;
const signed = (value) => (value < 0 ? `(${number(value)})` : number(value));
const times = (count) => (count === 1 ? "once" : `${count} times`);
const windows = (count) => (count === 1 ? "1 window" : `${count} windows`);

/** The name of a place: z[0, 1], w[2, 2], b, x[1, 0], or a 0 of the border. */
export function called(grid, place, { setup, look }) {
    if (grid === "output") return `z${at(place)}`;
    if (grid === "kernel") return place[0] === setup.kernel.length ? "b" : `w${at(place)}`;
    if (place === null) return "1";
    const [row, column] = [place[0] - look.p, place[1] - look.p];
    const inside = row >= 0 && column >= 0 && row < setup.X.length && column < setup.X[0].length;
    return inside ? `x${at([row, column])}` : "a 0 of the border";
}

/** A product with its names: dz[0, 0] · x[1, 2] = 2 · (−3) = −6. */
export function product(grid, term, state) {
    const names = {
        kernel: [`d${called("output", term.output, state)}`, called("input", term.input, state)],
        output: [called("kernel", term.kernel, state), called("input", term.input, state)],
        input: [`d${called("output", term.output, state)}`, called("kernel", term.kernel, state)],
    }[grid];
    return `${names.join(" · ")} = ${term.factors.map(signed).join(" · ")} = ${number(term.product)}`;
}

/** The sum so far: 2 · 3 + 1 · (−2) = 4. */
export const summed = (list) =>
    `${list.map(({ factors }) => factors.map(signed).join(" · ")).join(" + ")} = ${number(list[list.length - 1].sum)}`;

/** What the chosen number is, and how often it is used. */
export function told(choice, list, state) {
    const [grid, ...place] = choice;
    const name = called(grid, place, state);
    const count = list.length;
    if (grid === "output")
        return `${name} is the sum of ${count} products: the window lies on the kernel, and the bias is added.`;
    if (grid === "kernel") {
        const value = number(weightAt(state.setup, place));
        return `${name} = ${value} is used ${times(count)}; its gradient is the sum of what each use sends back.`;
    }
    if (!name.startsWith("x"))
        return "This is a 0 of the border: nobody's number, so what comes back to it is dropped.";
    if (!count) return `${name} is in no window: it is never read, and its gradient is 0.`;
    return `${name} is in ${windows(count)}; what they send back is added up.`;
}

/** The step: the use that is looked at, and the sum so far. */
export function stepped(choice, list, step, state) {
    if (!list.length || step === 0) return "";
    const said = `Use ${step} of ${list.length}: ${product(choice[0], list[step - 1], state)}; the sum so far is ${number(list[step - 1].sum)}.`;
    return step === list.length ? `${said} That is all of them.` : said;
}
