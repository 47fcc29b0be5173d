// What is shown of a row of modules at a step.

/**
 * @typedef {{name: string, loss: boolean, given: number[] | null, out: number[] | null, back: number[] | null,
 *     value: number | string | null, fits: boolean, stopped: boolean, by_bprop: any[][] | null,
 *     by_differences: any[][] | null, wrong: number[][]}} Module
 */

/** A shape as Python writes it: (5, 3), and nothing where there is none. */
export const shape = (sizes) => (sizes ? `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})` : "");

/** How many steps there are: the input, each module forward, each module back. */
export const steps = (modules) => 2 * modules.length;

/** Has module number i given its output at a step? */
export const forwardShown = (i, step) => step > i;

/** Has module number i, of `count`, passed its gradient back at a step? */
export const backwardShown = (i, step, count) => step >= 2 * count - i;

/** The module of the present step, or null where there is none. */
export function active(step, count) {
    if (step === 0) return null;
    return step <= count ? step - 1 : 2 * count - step;
}

/** Which module's Jacobians are shown: the chosen one, else the first wrong one, else the first. */
export const looked = (chosen, { first, modules }) => Math.min(chosen ?? first ?? 0, Math.max(0, modules.length - 1));

/** A step in words. @param {Module[]} modules */
export function told(modules, step) {
    const count = modules.length;
    if (count === 0) return "There are no modules.";
    if (step === 0) return `The input, ${shape(modules[0].given)}. Step goes forward, module by module.`;
    if (step === 2 * count) return "Every module forward and back.";
    const { name, loss, given, out, back, value, fits } = modules[active(step, count)];
    if (step <= count) {
        if (!given) return `Forward: ${name} got nothing.`;
        if (!out) return `Forward: ${name} takes ${shape(given)} and stops.`;
        return loss
            ? `Forward: ${name} takes ${shape(given)} and the labels, and gives the loss ${value}.`
            : `Forward: ${name} takes ${shape(given)} and gives ${shape(out)}.`;
    }
    if (!back) return `Back: nothing comes through ${name}.`;
    const fit = fits ? "the shape of its input" : `but its input was ${shape(given)}`;
    return `Back: ${name} passes back ${shape(back)}, ${fit}.`;
}

/** What is at an entry of both Jacobians. @param {Module} module */
export function entry(module, i, j) {
    const wrong = module.wrong.some(([row, column]) => row === i && column === j);
    return { yours: Number(module.by_bprop[i][j]), measured: Number(module.by_differences[i][j]), wrong };
}
