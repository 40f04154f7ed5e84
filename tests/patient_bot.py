"""A `QtBot` with one time limit for all tests, long enough for a busy machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot, WaitSignalsOrder
from pytestqt.wait_signal import CheckParamsCb, MultiSignalBlocker, SignalBlocker
from typing_extensions import override

from tests.limits import WAIT_MS

__all__ = ["PatientBot"]


class PatientBot(QtBot):
    """`QtBot` with a longer limit, which only ends a test that hangs."""

    @override
    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = WAIT_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    @override
    def waitSignal(
        self,
        signal: Any,
        *,
        timeout: int = WAIT_MS,
        raising: bool | None = None,
        check_params_cb: CheckParamsCb | None = None,
    ) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, raising=raising, check_params_cb=check_params_cb)

    @override
    def waitSignals(
        self,
        signals: list[Any],
        *,
        timeout: int = WAIT_MS,
        raising: bool | None = None,
        check_params_cbs: list[CheckParamsCb] | None = None,
        order: WaitSignalsOrder = "none",
    ) -> MultiSignalBlocker:
        return super().waitSignals(
            signals, timeout=timeout, raising=raising, check_params_cbs=check_params_cbs, order=order
        )

    @override
    def waitExposed(self, widget: QWidget, *, timeout: int = WAIT_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)
