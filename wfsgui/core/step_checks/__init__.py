"""What each step changed, and whether that is as expected."""
