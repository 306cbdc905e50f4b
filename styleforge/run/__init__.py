"""Runs: what losses see, steps, stages, state, events, and the result."""
