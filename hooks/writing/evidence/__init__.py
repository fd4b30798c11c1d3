"""Numbers that texts quote, and what labs recorded."""
