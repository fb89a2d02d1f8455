"""Measurements: ratios and counts that the documentation may quote. ``make bench`` runs them all."""
