"""The one mail that advertises: asked for twice, stopped with one click, and kept in public."""
