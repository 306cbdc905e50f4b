"""Preparation: from the files, words and colours of a recipe to a problem."""
