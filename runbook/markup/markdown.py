"""Markdown read into a tree of blocks (the only user of markdown-it-py). Being written by the Markdown helper (not the wikitext one)."""
