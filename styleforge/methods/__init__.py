"""Published methods as recipes that any domain can fill in."""
