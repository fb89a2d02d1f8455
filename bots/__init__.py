"""Messaging channels: thin shells around the same conversation."""
