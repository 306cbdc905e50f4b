"""Composition: from the generator's picture, or from pasted pixels, to the result."""
