"""Bundles: an edition that is several editions at one price."""
