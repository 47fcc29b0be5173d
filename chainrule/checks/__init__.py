"""The check that stands below each answer: its questions, its comparisons, its words and its card."""
