"""Accessible client-satisfaction questionnaires, their store and their anonymous export."""
