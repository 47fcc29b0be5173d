// The lines on which a cost is the same.

import { CELLS } from "./model.js";

export const SIZE = 400; // of the plot, in the units of the drawing
export const LEFT = 46;
export const TOP = 10;

/**
 * The lines on which a grid has a level, as one path: each cell is cut into two triangles, which a level
 * crosses in one straight piece or not at all.
 */
export function contour(grid, level) {
    const width = CELLS + 1;
    const step = SIZE / CELLS;
    let path = "";
    const crossing = (a, b) => {
        const share = (level - grid[a]) / (grid[b] - grid[a]);
        const along = (i) => [i % width, Math.floor(i / width)];
        const [[x, y], [u, v]] = [along(a), along(b)];
        const right = LEFT + step * (x + share * (u - x));
        const down = TOP + SIZE - step * (y + share * (v - y));
        return `${right.toFixed(1)} ${down.toFixed(1)}`;
    };
    const triangle = (a, b, c) => {
        const [A, B, C] = [grid[a] > level, grid[b] > level, grid[c] > level];
        if (A === B && B === C) return;
        const [alone, one, other] = A === B ? [c, a, b] : A === C ? [b, a, c] : [a, b, c];
        path += `M${crossing(alone, one)}L${crossing(alone, other)}`;
    };
    for (let row = 0; row < CELLS; row += 1) {
        for (let column = 0; column < CELLS; column += 1) {
            const corner = row * width + column;
            triangle(corner, corner + 1, corner + width);
            triangle(corner + 1, corner + width, corner + width + 1);
        }
    }
    return path;
}
