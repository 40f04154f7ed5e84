"""Widgets, icons, dialogs and theme used everywhere."""
