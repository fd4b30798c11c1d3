"""The stylesheets: what pages can use, and what comes with the theme's script."""
