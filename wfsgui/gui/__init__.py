"""The window: the only place that uses PySide6, pyqtgraph and qasync. Knows no jwst."""
