// What two curves look like, in words: what is seen, and not why.

import { number } from "../shared/numbers.js";

const finite = (values) => values.filter(Number.isFinite);

/**
 * @param {{losses: number[], misread: number[]}} curves
 * @param {{classes: number, tests: number}} shapes
 */
export function read({ losses, misread }, { classes, tests }) {
    if (losses.length === 0) return "No epoch yet.";
    const [first, last] = [losses[0], losses.at(-1)];
    const chance = Math.log(classes);
    const ends = `${misread.at(-1)} of ${tests} are misread after epoch ${losses.length}.`;
    if (!Number.isFinite(last)) {
        const from = losses.findIndex((loss) => !Number.isFinite(loss)) + 1;
        return `From epoch ${from} on the loss is no number. ${ends}`;
    }
    const begins = `The loss begins at ${number(first)} (log ${classes} is ${number(chance)})`;
    if (losses.length === 1) return `${begins}. ${ends}`;
    const stays = Math.max(...losses.map((loss) => Math.abs(loss - chance))) < 0.05;
    if (stays) return `The loss stays at log ${classes}, ${number(chance)}. ${ends}`;
    const largest = Math.max(...finite(losses));
    const end = number(last);
    if (last > first) return `${begins} and rises to ${end}. ${ends}`;
    if (largest > 1.2 * first) return `${begins}, jumps as high as ${number(largest)} and ends at ${end}. ${ends}`;
    return `${begins} and falls to ${end}. ${ends}`;
}
