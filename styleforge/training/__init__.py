"""Trainings: one loop with a budget, checkpoints and reports."""
