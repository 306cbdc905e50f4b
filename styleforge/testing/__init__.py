"""For tests of plugins and of core: a toy domain and a toy pack, tiny and without files.

``forge.use(styleforge.testing.toy)`` makes them known.
"""
