// How the cost goes along a path, and why, in words.

import { apart, number, pair } from "../shared/numbers.js";
import { length, steepest } from "./model.js";

/** Is one cost larger than another, by more than their last digits? */
const above = (cost, other) => cost > other * (1 + 1e-12) + 1e-15;

/** @param {{cost: any, path: number[][], bottom: number[] | null, start: number[], eta: number, lam: number | null, m: number}} walk */
export function verdictOn(walk) {
    const { cost, path, bottom } = walk;
    const costs = path.map(cost.value);
    const [first, last] = [costs[0], costs.at(-1)];
    const rise = costs.findIndex((each, i) => i > 0 && above(each, costs[i - 1]));
    const where = bottom
        ? ` The minimum is at ${pair(bottom)}, with the cost ${number(cost.value(bottom))}.`
        : " No minimum in or near the picture: outwards the cost goes on falling, ever more slowly.";
    if (costs.length === 1) return `No step yet: the cost is ${number(first)}.${where}`;
    const whole = apart(first, last).join(" to ");
    if (above(last, first)) return `Diverges: the cost rises from ${whole}; ${why(walk)}.${where}`;
    if (rise > 0) {
        return (
            `Overshoots: at step ${rise} the cost rises, from ${apart(costs[rise - 1], costs[rise]).join(" to ")}. ` +
            `In all it goes from ${whole}. A smaller η would not jump across the valley.${where}`
        );
    }
    const least = bottom ? cost.value(bottom) : 0;
    const steepness = length(cost.gradient(path[0]));
    if (first - last < 0.05 * (first - least) && steepness < 0.05) {
        return (
            `Hardly moves: the cost goes from ${whole}. It is nearly flat at the start; ` +
            `its gradient there is ${number(steepness)} long.${where}`
        );
    }
    if (!above(first, last)) return `Stays where it is: the cost is ${number(first)} before and after.${where}`;
    return `The cost falls at each step, from ${whole}.${where}`;
}

/** Why the cost rises. */
function why({ cost, bottom, start, eta, lam, m }) {
    const bend = steepest(cost.bends(bottom ?? start));
    const penalty = (lam ?? 0) / m;
    const part = penalty > bend / 2 ? `, most of it from the penalty: λ/m = ${number(penalty)}` : "";
    return eta > 2 / bend
        ? `η is too large: the valley's curvature is ${number(bend)}${part}, and beyond η = 2/${number(bend)} = ` +
              `${number(2 / bend)} every step across it leads farther up the other side`
        : `and not because of η alone, which is below 2/${number(bend)} = ${number(2 / bend)} (2 over the ` +
              "curvature at the minimum)";
}
