"""A server of edits: an address to call, a queue, a page."""
