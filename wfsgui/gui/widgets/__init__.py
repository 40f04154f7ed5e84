"""Widgets, icons, dialogs and theme of all panels."""
