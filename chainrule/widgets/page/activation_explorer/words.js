// What is at a place, in words.

import { number } from "../shared/numbers.js";
import { LOSSES } from "./model.js";

/**
 * @param {{name: string, target: number, n: number}} state
 * @param {{at: number, value: number, slope: number, measured: number, left: number}} here
 */
export function told({ name, target, n }, { at, value, slope, measured, left }) {
    const loss = name in LOSSES;
    const where = loss ? `a = ${number(at)}, target ${number(target)}` : `z = ${number(at)}`;
    const said = [`${name} at ${where}: value ${number(value)}, slope ${number(slope)}, measured ${number(measured)}.`];
    if (!loss && !(Math.abs(slope - measured) < 0.01)) {
        said.push(
            Number.isFinite(measured) && Math.abs(measured) < 10
                ? "Here is a kink, where a difference measures the mean of two slopes; or the two are not the same function."
                : "Here is a jump, where a difference measures no slope.",
        );
    }
    if (loss) {
        const inZ = slope * at * (1 - at);
        said.push(`Through a sigmoid's slope, ${number(at * (1 - at))}, it becomes ${number(inZ)} in z.`);
    } else if (n > 1)
        said.push(`${n} such units pass on ${number(slope)}^${n}: ${number(100 * left)} % of a gradient.`);
    return said.join(" ");
}
