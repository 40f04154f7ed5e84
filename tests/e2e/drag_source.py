"""A program of its own to drag files from, as a file manager would: ``drag_source.py FILE...``."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel
from typing_extensions import override

SIDE = 120


class Source(QLabel):
    """Press, move, release elsewhere."""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(name) for name in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = Source("drag me")
    source.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    source.setGeometry(0, 0, SIDE, SIDE)
    source.show()
    print("ready", flush=True)
    application.exec()
