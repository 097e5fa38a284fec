"""Corrections of what a paper says: asked in the panel or entered by staff, decided, recorded, and written anew."""
