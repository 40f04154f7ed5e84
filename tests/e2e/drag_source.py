"""A program of its own to drag files from, as a file manager would: ``drag_source.py FILE...``."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel
from typing_extensions import override

SIDE = 120


class Source(QLabel):
    """Press, move, release elsewhere; tells when it can be seen, what a drop would do, and what it did."""

    is_ready = False

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(name) for name in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.actionChanged.connect(lambda action: print("over", action.name, flush=True))
        print("dropped", drag.exec(Qt.DropAction.CopyAction).name, flush=True)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.is_ready:
            self.is_ready = True
            print("ready", flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = Source("drag me")
    source.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    source.setGeometry(0, 0, SIDE, SIDE)
    source.show()
    application.exec()
