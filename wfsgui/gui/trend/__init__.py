"""Page that plots quantities of many visits against time."""
