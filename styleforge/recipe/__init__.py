"""Recipes: the nouns of an edit as frozen dataclasses and JSON, and how one is made."""
