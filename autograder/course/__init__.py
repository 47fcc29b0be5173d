"""A course as nbgrader lays it out: its folders, its notebooks, its misconceptions and right variants."""
