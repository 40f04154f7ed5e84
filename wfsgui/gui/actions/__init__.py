"""Table of actions, menus, tool bar, shortcuts."""
