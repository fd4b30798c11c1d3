"""Feeds, Markdown copies, social cards, search entries."""
