"""The programs behind the posts: one package a lab, each with `run(seed) -> Results`."""
