"""Assessment, verdict, pairs, visit, trend and evidence of the window, put together."""
