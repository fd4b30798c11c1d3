"""The HTML of a page: its figures, tables and code, its frame and its policy."""
